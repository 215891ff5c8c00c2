"""What comes in: which files, and what they hold.

Import the modules by name (`probe`, `door`, `walk`).
"""
