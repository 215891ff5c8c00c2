"""What somebody types about listening is judged before a door opens."""

from pathlib import Path

import pytest

from bailee.api.voice_settings import HomeAssistantAt
from bailee.cli.listening import home_assistant_at, phrases_given
from bailee.errors import InputError

AT = "http://127.0.0.1:8123"


@pytest.fixture
def token(tmp_path: Path) -> Path:
    """A token that its owner alone can read."""
    path = tmp_path / "token"
    path.touch(mode=0o600)
    path.write_text("a-long-lived-token\n", encoding="ascii")
    return path


def test_nothing_said_hands_nothing_on() -> None:
    assert home_assistant_at(None, None, None) is None


def test_where_to_hand_on_and_with_what(token: Path) -> None:
    found = home_assistant_at(AT, token, None)
    assert isinstance(found, HomeAssistantAt)
    assert found.token == "a-long-lived-token"
    assert "a-long-lived-token" not in repr(found)


def test_one_without_the_other_is_refused(token: Path) -> None:
    for url, path, authority in ((AT, None, None), (None, token, None), (None, None, token)):
        with pytest.raises(InputError, match="go together"):
            home_assistant_at(url, path, authority)


def test_a_token_that_others_can_read_is_refused(token: Path) -> None:
    token.chmod(0o644)
    with pytest.raises(InputError):
        home_assistant_at(AT, token, None)


def test_an_authority_that_is_none_is_refused(token: Path, tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("no certificate", encoding="ascii")
    with pytest.raises(InputError):
        home_assistant_at("https://127.0.0.1:8123", token, tmp_path / "ca.pem")


@pytest.mark.parametrize("wrong", ["", "en", "en=", "=file", "English=file", "EN=file", "e1=file"])
def test_what_is_no_language_and_file_is_refused(wrong: str) -> None:
    with pytest.raises(InputError, match="none"):
        phrases_given((wrong,))


def test_a_file_of_phrases_is_read_at_once(tmp_path: Path) -> None:
    """What is wrong in it is said before anything listens."""
    path = tmp_path / "mine.toml"
    path.write_text("[delete]\n", encoding="utf-8")
    with pytest.raises(InputError):
        phrases_given((f"en={path}",))
    ours = Path(__file__).parents[2] / "src/bailee/assistant/phrases/en.toml"
    path.write_bytes(ours.read_bytes())
    assert phrases_given((f"en={path}",)) == (("en", path),)
