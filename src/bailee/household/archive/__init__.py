"""The archive somebody takes away: a ZIP file that is never stored, only put together as it flows.

Its layout is known before the first byte, so that it has a length, can be gone on with after a
break, and is the same bytes each time.
"""
