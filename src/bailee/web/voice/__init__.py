"""What the pages about listening have in common: what is kept there, and how it is asked for."""
