"""Places on a map: what was asked, the flat earth, the sheet, the ground beneath."""
