"""Files that a command writes for people: private, never over another one, never in part."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from bailee.errors import ConflictError, InputError
from bailee.store import files


def require_free(path: Path, *, force: bool = False) -> None:
    """Ask before the work begins whether *path* can be written.

    Raises:
        InputError: It is a folder, or lies in none.
        ConflictError: It is there, and *force* was not given.
    """
    if path.is_dir():
        raise InputError(f"{path} is a folder.", hint="Name a file in it.")
    if not path.parent.is_dir():
        raise InputError(f"There is no folder {path.parent}.", hint="Make it first.")
    if os.path.lexists(path) and not force:
        raise ConflictError(
            f"{path} is there already.", hint="Choose another name; it is not written over."
        )


@contextmanager
def written(path: Path, *, force: bool = False) -> Iterator[BinaryIO]:
    """Write *path*, mode 0600; whatever goes wrong, no part of it stays.

    With *force* the file that was there stays until the new one is whole. A crash leaves a part,
    which without *force* has the name itself.

    Raises:
        ConflictError, InputError: As `require_free`.
        UnavailableError: It cannot be written, for instance because the disk is full.
    """
    require_free(path, force=force)
    target = path.with_name(f".{path.name[:80]}.{secrets.token_hex(4)}.part") if force else path
    with files.on_disk(str(path)):
        try:
            fd = files.create(target)
        except FileExistsError as error:
            raise ConflictError(f"{path} is there already.") from error
        try:
            with os.fdopen(fd, "wb") as file:
                yield file
                file.flush()
                files.sync_data(file.fileno())
            if force:
                target.replace(path)
        except BaseException:
            files.discard(target)
            raise
