"""Sealed bytes: a contract, and its two implementations.

```python
store = open_content("/srv/bailee/content")
store.put("art_abcdefghijklmnop", [b"sealed", b"bytes"])
assert store.read("art_abcdefghijklmnop", 6, 5) == b"bytes"
```
"""

from pathlib import Path
from urllib.parse import unquote, urlsplit

from bailee.errors import InputError
from bailee.store.content.contract import ContentStore
from bailee.store.content.folder import FolderContent
from bailee.store.content.s3 import S3Content

__all__ = ["ContentStore", "FolderContent", "S3Content", "open_content"]


def open_content(url: str) -> ContentStore:
    """The store at a path, ``file:///…`` or ``s3://bucket/prefix?…``; a folder is made if missing.

    Raises:
        InputError: *url* names nothing that bailee can store in.
        UnavailableError: The folder cannot be made or opened.
    """
    if url.startswith("s3://"):
        return S3Content(url)
    parts = urlsplit(url)
    if parts.scheme == "file" and parts.netloc in {"", "localhost"} and parts.path:
        return FolderContent(Path(unquote(parts.path)))
    if "://" in url or not url:
        raise InputError(
            "Content is kept in a folder (a path or file:///…) or in S3 (s3://bucket/prefix).",
            hint="Other places need an implementation of `bailee.store.content.ContentStore`.",
        )
    return FolderContent(Path(url))
