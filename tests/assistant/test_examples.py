"""Examples of what can be said: none is shown that would not be understood as what it stands for."""

import pytest

from bailee.assistant.command import Act
from bailee.assistant.examples import examples
from bailee.assistant.phrases import load_phrases
from bailee.assistant.phrases.shape import RULES
from bailee.assistant.reading import Names, Reader
from bailee.types.ids import new_device_id, new_person_id

NAMES = Names(places=(("kitchen", new_device_id()),), persons=(("Leo", new_person_id()),))


@pytest.mark.parametrize("language", ["en", "de"])
def test_every_example_is_understood(language: str) -> None:
    """As the command under which it is shown; each rule has one."""
    phrases = load_phrases(language)
    reader = Reader(phrases, NAMES)
    for section in ("delete", "commands"):
        found = examples(phrases, section)
        assert set(found) == set(RULES[section])
        for key, text in found.items():
            wanted = Act.DELETE if section == "delete" else Act(key.replace("_", "-"))
            command = reader.read(text.replace("…", "walnuts"))
            assert command is not None, text
            assert command.act is wanted, text


@pytest.mark.parametrize("language", ["en", "de"])
def test_every_time_can_be_said_of_what_one_said(language: str) -> None:
    """It is shown in place of “today”, and so it must go there."""
    phrases = load_phrases(language)
    reader = Reader(phrases, NAMES)
    whole = examples(phrases, "delete")["mine"]
    today = {"en": "today", "de": "heute"}[language]
    for text in examples(phrases, "when").values():
        assert reader.understand(whole.replace(today, text)) is not None, text
