"""What is kept, and where: one database, contents, root stores and the ledger's files.

Each store's contract stands at the head of its module; one suite of tests holds every
implementation to it.
"""
