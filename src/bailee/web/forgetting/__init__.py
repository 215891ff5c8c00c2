"""Forgetting: the sentence, what would go, the slip."""
