"""The registry of notices: versioned, in force from a moment on, never changed under its number."""

import pytest

from bailee.errors import ConflictError, EvidenceError, InputError, UnknownError
from bailee.household.notice import Notices
from bailee.household.notice_text import Text, bundled, notice_for, parse_text
from bailee.types.consent import Channel, Notice
from bailee.types.ids import PersonId, new_person_id
from bailee.types.scope import Scope
from household.conftest import Home
from household.told import told

GOOD = b"---\ncovers: use\nmaterial: yes\n---\n# Recording\n\nWords.\n"


def test_every_scope_has_a_notice_of_its_own() -> None:
    """Each consent, of a grown-up and for a child, is asked for with a text that covers it alone."""
    texts = {text.notice: text for text in bundled()}
    assert set(texts) == set(Notice)
    for scope in Scope:
        for child in (False, True):
            assert texts[notice_for(scope, child=child)].covers == {scope}


def test_they_come_into_force_once(home: Home) -> None:
    """At the first start; told with the hash of the text, which is public; the next start adds none."""
    assert len(told(home.vault, "notice")) == len(bundled())
    assert home.house.notices.put_in_force() == 0
    assert len(told(home.vault, "notice")) == len(bundled())
    entry = next(each for each in told(home.vault, "notice") if each["notice"] == "train")
    assert entry["text"] == home.house.notices.text(Notice.TRAIN).text_hash.hex()


def test_a_text_cannot_change_under_its_number(home: Home) -> None:
    """What people saw is what the registry says they saw."""
    texts = [text for text in bundled() if text.notice is not Notice.USE]
    changed = parse_text("use.1.md", GOOD)
    with pytest.raises(EvidenceError):
        Notices(home.house._ground, [*texts, changed]).put_in_force()


@pytest.mark.parametrize(
    ("name", "raw"),
    [
        ("use.md", GOOD),
        ("use.0.md", GOOD),
        ("use.one.md", GOOD),
        ("terms.1.md", GOOD),
        ("use.1.md", b"# Recording\n"),
        ("use.1.md", b"---\ncovers: use\nmaterial: yes\n---\n"),
        ("use.1.md", GOOD.replace(b"use", b"everything")),
        ("use.1.md", GOOD.replace(b"yes", b"maybe")),
        ("use.1.md", GOOD.replace(b"material: yes\n", b"")),
        ("use.1.md", GOOD.replace(b"---\n#", b"pre-ticked: yes\n---\n#")),
    ],
    ids=[
        "no version",
        "version nought",
        "a version in words",
        "terms",
        "no head",
        "no body",
        "a scope there is none of",
        "perhaps material",
        "no word on whether it is material",
        "another field",
    ],
)
def test_what_is_no_notice(name: str, raw: bytes) -> None:
    """Refused when it is read, before anybody sees it."""
    with pytest.raises(InputError):
        parse_text(name, raw)


def test_only_a_door_shows(home: Home) -> None:
    """To somebody of the household, the version in force, by a way that a door shows by itself."""

    def show(who: PersonId, version: int, channel: Channel) -> None:
        home.house.notices.show(home.account_id, who, Notice.USE, version, channel)

    with pytest.raises(InputError):
        show(home.leo_id, 1, Channel.MESSAGE)
    with pytest.raises(ConflictError):
        show(home.leo_id, 2, Channel.PAGE)
    with pytest.raises(UnknownError):
        show(new_person_id(), 1, Channel.PAGE)
    show(home.leo_id, 1, Channel.PAGE)
    show(home.leo_id, 1, Channel.PAGE)
    assert [each["channel"] for each in told(home.vault, "shown")] == ["page"]


def test_a_version_that_is_not_there(home: Home) -> None:
    """Unknown, whether it was never written or is not in force."""
    with pytest.raises(UnknownError):
        home.house.notices.text(Notice.USE, 9)
    assert isinstance(home.house.notices.text(Notice.USE), Text)
