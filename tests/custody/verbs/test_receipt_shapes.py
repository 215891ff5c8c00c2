"""A receipt is anybody's word until it is verified: whatever it holds, what is wrong is said."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bailee.custody import receipt
from bailee.custody.vault import Vault
from bailee.errors import BaileeError
from bailee.types.selection import Selection
from support.vaults import NOW_MS, said

_ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=4,
)


@pytest.fixture
def slip(sqlite_vault: Vault) -> dict[str, Any]:
    said(sqlite_vault, NOW_MS - 1000)
    asked, _ = sqlite_vault.erase(Selection(account="home", person="Leo"))
    return sqlite_vault.receipt(asked.id, asked=asked)


@given(data=st.data())
def test_any_part_of_another_shape_is_refused_and_never_breaks(
    slip: dict[str, Any], data: st.DataObject
) -> None:
    name = data.draw(st.sampled_from(sorted(slip)))
    other = data.draw(_ANYTHING)
    if other == slip[name]:
        return
    forged = {**slip, name: other}
    try:
        receipt.verify(receipt.parse(json.dumps(forged).encode()))
    except BaileeError:
        return
    # Without its words it still says what happened; when the second stamp is due is a promise.
    assert name in {"sentence", "salt", "unrecoverable_due"}, f"{name} may be anything: {other!r}"
    assert name == "unrecoverable_due" or not other
