"""What a form sent: names and values, untrusted, each judged where it is used."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

from bailee.errors import InputError

TYPE = "application/x-www-form-urlencoded"
_MOST_FIELDS = 2000
"""A page of recordings to pick from, and then some."""


@dataclass(frozen=True, slots=True)
class Form:
    """Fields of a form; a repr shows no value."""

    fields: Mapping[str, tuple[str, ...]] = field(default_factory=dict, repr=False)

    @classmethod
    def parse(cls, body: bytes, content_type: str) -> "Form":
        """The fields of *body*; none where it is no form.

        Raises:
            InputError: It has too many, or is no text.
        """
        if content_type.split(";", maxsplit=1)[0].strip().lower() != TYPE:
            return cls()
        try:
            pairs = parse_qsl(
                body.decode("ascii"),
                keep_blank_values=True,
                max_num_fields=_MOST_FIELDS,
                errors="strict",
            )
        except ValueError as error:
            raise InputError("That form cannot be read; nothing was done.") from error
        found: dict[str, tuple[str, ...]] = {}
        for name, value in pairs:
            found[name] = (*found.get(name, ()), value)
        return cls(found)

    def text(self, name: str) -> str:
        """The one value of a field; "" where it is missing."""
        values = self.fields.get(name, ())
        return values[0].strip() if values else ""

    def secret(self, name: str) -> str:
        """The same as it was typed, spaces and all."""
        values = self.fields.get(name, ())
        return values[0] if values else ""

    def all(self, name: str) -> tuple[str, ...]:
        """Every value of a field that may come several times."""
        return tuple(each.strip() for each in self.fields.get(name, ()))

    def whole(self, name: str) -> int:
        """A whole number.

        Raises:
            InputError: It is none.
        """
        value = self.text(name)
        if not value.isascii() or not value.isdecimal() or len(value) > 15:
            raise InputError(f"“{name}” has to be a whole number.")
        return int(value)

    def has(self, name: str) -> bool:
        """Whether a box was ticked or a button pressed."""
        return name in self.fields
