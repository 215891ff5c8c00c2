"""Coming in, and letting in: what those pages have in common."""
