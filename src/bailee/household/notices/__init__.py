"""The texts themselves: notices by version, and the words of messages by language.

``NAME.VERSION.md`` is a notice with a head between two lines of ``---``: what it covers, and
whether it changes what was agreed to (`material`). ``LANGUAGE.toml`` has every message.
"""
