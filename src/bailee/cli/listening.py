"""What somebody typed about listening."""

from pathlib import Path

from bailee.api.voice_settings import HomeAssistantAt
from bailee.assistant.home_assistant.address import parse_address, read_token
from bailee.assistant.phrases import load_phrases
from bailee.errors import InputError


def home_assistant_at(
    url: str | None, token: Path | None, authority: Path | None
) -> HomeAssistantAt | None:
    """Where to hand on; None for nowhere. *authority* signed its certificate.

    Raises:
        InputError: One of the two is missing or none, or others can read the token.
    """
    if url is None and token is None and authority is None:
        return None
    if url is None or token is None:
        raise InputError(
            "--home-assistant and --home-assistant-token go together.",
            hint="In Home Assistant: your profile, Security, Long-lived access tokens.",
        )
    return HomeAssistantAt(address=parse_address(url, authority=authority), token=read_token(token))


def phrases_given(given: tuple[str, ...]) -> tuple[tuple[str, Path], ...]:
    """Files of phrases by language, each read once to say now what is wrong in it.

    Raises:
        InputError: One is not LANGUAGE=FILE, or its file is no file of phrases.
    """
    found = tuple(_one(each) for each in given)
    for language, path in found:
        load_phrases(language, path)
    return found


def _one(text: str) -> tuple[str, Path]:
    language, equals, path = text.partition("=")
    if not (equals and path and language.isalpha() and language.islower() and len(language) == 2):
        raise InputError(
            f"--phrases {text!r} is none.", hint="Write it like de=/etc/bailee/my-phrases.toml."
        )
    return language, Path(path)
