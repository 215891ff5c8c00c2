"""How long things are kept: its words, and what goes when."""
