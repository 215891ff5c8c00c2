"""bailee."""
