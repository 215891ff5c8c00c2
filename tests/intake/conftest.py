"""One shelf of real media, made once a session."""

from pathlib import Path

import pytest

from support.media import AUDIO, IMAGE, VIDEO, Take


@pytest.fixture(scope="session")
def take(tmp_path_factory: pytest.TempPathFactory) -> Take:
    """See `Take`."""
    shelf = tmp_path_factory.mktemp("shelf")
    makers = VIDEO | AUDIO | IMAGE

    def take_one(name: str) -> Path:
        path = shelf / name
        return path if path.exists() else makers[name][0](path)

    return take_one
