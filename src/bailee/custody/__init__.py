"""Custody: the only way to data, a verb a file. Nothing else touches keys, content or the ledger."""
