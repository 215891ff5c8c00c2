"""A day and a recording, as their pages have them."""
