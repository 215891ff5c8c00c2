"""What JSON is let in: everything that has one meaning, and nothing else."""

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bailee.api.json_bounds import MOST_NESTED, require_sound
from bailee.api.problems import ProblemError

WORDS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**20), 10**20)
    | st.floats(allow_nan=False, allow_infinity=False)
    | WORDS,
    lambda each: st.lists(each, max_size=4) | st.dictionaries(WORDS, each, max_size=4),
    max_leaves=20,
)


def depth(value: Any) -> int:
    if isinstance(value, dict):
        value = list(value.values())
    return 1 + max(map(depth, value), default=0) if isinstance(value, list) else 0


@given(VALUES, st.booleans(), st.sampled_from([None, 2]))
def test_what_a_program_writes_is_let_in(value: Any, ascii_only: bool, indent: int | None) -> None:
    """However it escapes and indents, as long as it is not too deep."""
    body = json.dumps(value, ensure_ascii=ascii_only, indent=indent).encode()
    if depth(value) <= MOST_NESTED:
        require_sound(body)


@given(st.integers(0, 80), st.sampled_from(["[", '{"a":']))
def test_depth_is_counted_out(levels: int, opening: str) -> None:
    """As deep as allowed passes; one more does not."""
    closing = "]" if opening == "[" else "}"
    body = (opening * levels + "0" + closing * levels).encode()
    if levels <= MOST_NESTED:
        require_sound(body)
    else:
        with pytest.raises(ProblemError):
            require_sound(body)


@given(st.binary(max_size=300) | WORDS.map(str.encode))
def test_whatever_comes_is_let_in_or_refused(body: bytes) -> None:
    """Nothing else happens; and what is let in is JSON that can be written again."""
    with suppress(ProblemError):
        require_sound(body)
        json.dumps(json.loads(body), ensure_ascii=False).encode()


@given(VALUES, WORDS)
def test_a_name_twice_is_refused_wherever_it_stands(value: Any, name: str) -> None:
    """At any depth: which of the two counts would be anybody's guess."""
    twice = f"{{{json.dumps(name)}: 1, {json.dumps(name)}: {json.dumps(value)}}}"
    for body in (twice, f"[0, {twice}]", f'{{"a": {twice}}}'):
        with pytest.raises(ProblemError) as refused:
            require_sound(body.encode())
        assert refused.value.message == "The body is refused. An object has the same name twice."
