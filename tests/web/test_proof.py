"""The browser's own verification: what the command line takes it takes, and every forgery it refuses.

Faults are named by what was forged (docs/design/format.md, “Receipt”).
"""

import base64
import copy
import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import rfc8785
from playwright.sync_api import Browser, Page

from api.house import House
from bailee.clock import FixedClock
from bailee.custody import receipt as receipts
from bailee.custody.vault import Vault
from bailee.errors import BaileeError
from bailee.tlog import Signer, sign_note
from bailee.types.choice import Choice
from bailee.web.assets import Assets
from support.vaults import HOME, all_of, said
from web.site import AT_A_DESK, browsing, require_usable, shoot
from web.talked import Talked

Receipt = dict[str, Any]
JUDGE = """async ([url, texts, vkey]) => {
  const { parse, verify } = await import(url);
  const judged = [];
  for (const text of texts) {
    try { await verify(parse(text), vkey); judged.push(""); }
    catch (error) { judged.push(error.fault ?? `broken: ${error}`); }
  }
  return judged;
}"""


@pytest.fixture
def talked(house: House) -> Talked:
    return Talked(house)


@pytest.fixture
def page(browser: Browser, talked: Talked) -> Iterator[Page]:
    """The public page, nobody signed in."""
    with browsing(browser, talked.house, None, AT_A_DESK) as shown:
        shown.goto("/check")
        yield shown


def judge(page: Page, texts: list[str], vkey: str) -> list[str]:
    """The fault of each; "" for what verifies."""
    found: list[str] = page.evaluate(JUDGE, [Assets.here().url("js/proof.js"), texts, vkey])
    return found


def made(talked: Talked, at: int = 0) -> Receipt:
    """A receipt with its words, its outcome and its rotation."""
    household = talked.house.service.household
    choice = Choice(recordings=(talked.yesterday[at].recording_id,))
    begun = household.erasures.ask(talked.ana.principal, talked.house.account_id, choice)
    household.erasures.finish(begun.erasure.id)
    talked.house.clock.advance(ms=1000)
    talked.vault.rotate()
    return household.erasures.receipt(
        talked.ana.principal, talked.house.account_id, begun.erasure.id
    )


def test_whatever_the_command_line_takes_the_browser_takes(page: Page, talked: Talked) -> None:
    """Without outcome, with it, with a rotation, without words; in logs of many sizes."""
    found: list[Receipt] = []
    household = talked.house.service.household
    for n in range(12):
        at_ms = talked.house.clock.now_ms() - 1000
        one = talked.say(at_ms, "kitchen")
        choice = Choice(recordings=(one.recording_id,))
        begun = household.erasures.ask(talked.ana.principal, talked.house.account_id, choice)
        found.append(begun.receipt)
        household.erasures.finish(begun.erasure.id)
        found.append(talked.vault.receipt(begun.erasure.id))
        if n % 3 == 0:
            talked.vault.rotate()
            found.append(talked.vault.receipt(begun.erasure.id))
    vkey = talked.vault.config.vkey
    for each in found:
        receipts.verify(each, vkey)
    assert judge(page, [json.dumps(each) for each in found], vkey) == [""] * len(found)


def _leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if isinstance(value, dict | list) and value:
        pairs = value.items() if isinstance(value, dict) else enumerate(value)
        for name, part in pairs:
            yield from _leaves(part, (*path, name))
    else:
        yield path


def _set(receipt: Receipt, path: tuple[Any, ...], change: Callable[[Any], Any]) -> Receipt:
    forged = copy.deepcopy(receipt)
    at: Any = forged
    for name in path[:-1]:
        at = at[name]
    at[path[-1]] = change(at[path[-1]])
    return forged


def _other(value: Any) -> Any:
    """The same with one sign or one number changed."""
    if isinstance(value, str) and value:
        middle = len(value) // 2
        sign = "b" if value[middle] != "b" else "c"
        return value[:middle] + sign + value[middle + 1 :]
    return value + 1 if isinstance(value, int) else "x"


def test_no_word_figure_or_proof_of_it_can_be_changed(page: Page, talked: Talked) -> None:
    """Each leaf of a receipt, one sign changed: refused by both; but the promise of a due time."""
    receipt = made(talked)
    vkey = talked.vault.config.vkey
    paths = [path for path in _leaves(receipt) if path != ("unrecoverable_due",)]
    forged = [_set(receipt, path, _other) for path in paths]
    assert len(forged) > 20
    for path, fault in zip(
        paths, judge(page, [json.dumps(each) for each in forged], vkey), strict=True
    ):
        assert fault, path
        assert not fault.startswith("broken"), (path, fault)
    for path, each in zip(paths, forged, strict=True):
        if path != ("vkey",):  # the command line goes by the key it was given
            with pytest.raises(BaileeError):
                receipts.verify(receipts.parse(json.dumps(each).encode()), vkey)


def _entry(receipt: Receipt, role: str, **changed: Any) -> Receipt:
    """With an entry rewritten, in proper form."""
    forged = copy.deepcopy(receipt)
    for each in forged["entries"]:
        if each["role"] == role:
            each["entry"] = rfc8785.dumps({**json.loads(each["entry"]), **changed}).decode()
    return forged


def _flipped_signature(receipt: Receipt) -> Receipt:
    head, _, line = receipt["checkpoint"].rstrip("\n").rpartition(" ")
    blob = bytearray(base64.b64decode(line))
    blob[20] ^= 1
    return {**receipt, "checkpoint": f"{head} {base64.b64encode(blob).decode()}\n"}


def _by_another(receipt: Receipt) -> Receipt:
    """The same log, signed by a key of the forger's under the house's name."""
    signer = Signer.from_seed(receipt["vkey"].split("+")[0], bytes(32))
    text = receipt["checkpoint"].rpartition("\n\n")[0] + "\n"
    return {**receipt, "checkpoint": sign_note(text, signer).decode(), "vkey": signer.verifier.vkey}


def _without_scope(receipt: Receipt) -> Receipt:
    forged = copy.deepcopy(receipt)
    entry = json.loads(forged["entries"][0]["entry"])
    del entry["scope"]
    forged["entries"][0]["entry"] = rfc8785.dumps(entry).decode()
    return forged


def _proof(receipt: Receipt, change: Callable[[list[str]], list[str]]) -> Receipt:
    forged = copy.deepcopy(receipt)
    forged["entries"][0]["proof"] = change(forged["entries"][0]["proof"])
    return forged


def _spaced(receipt: Receipt) -> Receipt:
    forged = copy.deepcopy(receipt)
    forged["entries"][0]["entry"] = forged["entries"][0]["entry"].replace(",", ", ", 1)
    return forged


FORGED: Mapping[str, tuple[str, Callable[[Receipt], Receipt]]] = {
    "flipped signature": ("signature", _flipped_signature),
    "signed by a key of the forger's": ("key", _by_another),
    "another sentence": ("sentence", lambda r: {**r, "sentence": "everything of Mia in home"}),
    "another salt": ("sentence", lambda r: {**r, "salt": "00" * 32}),
    "unreadable earlier": (
        "first-time",
        lambda r: {**r, "unreadable_since": "2020-01-01T00:00:00Z"},
    ),
    "unrecoverable earlier": (
        "second-time",
        lambda r: {**r, "unrecoverable_since": "2020-01-01T00:00:00Z"},
    ),
    "unrecoverable without a rotation": (
        "second-time",
        lambda r: {**r, "entries": r["entries"][:2]},
    ),
    "an outcome without its entry": (
        "outcome",
        lambda r: {**r, "entries": [r["entries"][0], r["entries"][2]]},
    ),
    "more recordings": ("outcome", lambda r: {**r, "recordings": 99}),
    "nothing held": ("outcome", lambda r: {**r, "held": 7}),
    "another erasure": ("other-erasure", lambda r: {**r, "erasure": "era_aaaaaaaaaaaaaaaa"}),
    "an entry rewritten": ("proof", lambda r: _entry(r, "request", epoch=9)),
    "an entry of another type": (
        "rotation",
        lambda r: {**r, "entries": [*r["entries"][:2], {**r["entries"][1], "role": "rotation"}]},
    ),
    "an entry with a field left out": ("entry", _without_scope),
    "an entry not in its canonical form": ("entry", _spaced),
    "a proof cut short": ("proof", lambda r: _proof(r, lambda p: p[:-1])),
    "a proof that goes on": ("proof", lambda r: _proof(r, lambda p: [*p, p[0]])),
    "a proof in another order": ("proof", lambda r: _proof(r, lambda p: p[::-1])),
    "a place that the log does not have": (
        "no-leaf",
        lambda r: {**r, "entries": [{**r["entries"][0], "index": 10**6}, *r["entries"][1:]]},
    ),
    "no entries": ("shape", lambda r: {**r, "entries": []}),
    "no key": ("vkey", lambda r: {**r, "vkey": "bailee.invalid/00"}),
    "a note without signatures": (
        "note",
        lambda r: {**r, "checkpoint": r["checkpoint"].rpartition("\n\n")[0] + "\n"},
    ),
    "a checkpoint of nothing": ("checkpoint", lambda r: {**r, "checkpoint": "x\n\n— x AAAAAAAA\n"}),
    "a request twice": ("shape", lambda r: {**r, "entries": [r["entries"][0], *r["entries"]]}),
    "another format": ("no-receipt", lambda r: {**r, "format": "bailee-receipt/v2"}),
}


def test_every_forgery_is_refused_by_its_fault(page: Page, talked: Talked) -> None:
    receipt, vkey = made(talked), talked.vault.config.vkey
    texts = {name: json.dumps(forge(receipt)) for name, (_, forge) in FORGED.items()}
    judged = dict(zip(texts, judge(page, list(texts.values()), vkey), strict=True))
    assert judged == {name: fault for name, (fault, _) in FORGED.items()}
    for name, text in texts.items():
        if name not in {"no key", "a request twice"}:  # the command line need not look at those
            with pytest.raises(BaileeError):
                receipts.verify(receipts.parse(text.encode()), vkey)


def test_a_text_that_is_no_receipt_is_said_to_be_none(page: Page, talked: Talked) -> None:
    """Truncated, huge, nested without end, of another sort: no answer is a crash."""
    whole = json.dumps(made(talked))
    texts = {
        "": "no-receipt",
        "[]": "no-receipt",
        "null": "no-receipt",
        "{": "no-receipt",
        whole[: len(whole) // 2]: "no-receipt",
        "[" * 200_000: "no-receipt",
        '{"format": "bailee-receipt/v1"}': "shape",
        " " * ((1 << 24) + 1): "huge",
    }
    assert judge(page, list(texts), talked.vault.config.vkey) == list(texts.values())


def test_another_houses_receipt_is_refused_on_the_page(
    page: Page, talked: Talked, tmp_path: Path, clock: FixedClock
) -> None:
    """It is whole and signed, and not by this house: three lines in ink, the last one not."""
    with Vault.create(tmp_path / "other", clock=clock) as other:
        one = said(other, clock.now_ms() - 1000)
        asked, _ = other.erase(all_of(recordings=(one.recording_id,)))
        foreign = other.receipt(asked.id, asked=asked)
    assert foreign["sentence"].endswith(HOME)
    page.get_by_label("Or its text").fill(json.dumps(foreign))
    page.get_by_role("button", name="Check it").click()
    page.locator("[data-fault=key]").wait_for()
    assert page.locator(".proof .done").count() == 3
    assert page.locator("[data-step=house]").get_attribute("class") == "failed"
    assert "does not hold" in page.locator("[data-step=house]").inner_text()
    assert not page.locator("[data-result]").is_visible()
    require_usable(page)
    shoot(page, "check-refused-desk")
    page.get_by_label("The house's key").fill(foreign["vkey"])
    page.get_by_role("button", name="Check it").click()
    page.locator("[data-result]").wait_for()
