"""A receipt that is made while the clean-up comes to its end."""

import pytest

from bailee.custody import receipt
from bailee.custody.premises import Premises
from bailee.custody.publish import publish
from bailee.custody.vault import Vault
from bailee.types.erasure import Outcome
from support.vaults import NOW_MS, all_of, said


def test_a_receipt_tells_one_moment(vault: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its figures and its entries are of the same moment, so it verifies; the next tells the end."""
    said(vault, NOW_MS - 10)
    asked = vault.forget(all_of(person="Leo"))
    meanwhile = [lambda: vault.finish(asked.id)]

    def published(premises: Premises) -> int:
        if meanwhile:
            meanwhile.pop()()
        return publish(premises)

    monkeypatch.setattr(receipt, "publish", published)
    early, late = (vault.receipt(asked.id, asked=asked) for _ in range(2))
    for each in (early, late):
        receipt.verify(each, vault.config.vkey)
    assert [each["outcome"] for each in (early, late)] == [None, Outcome.ERASED]
