"""Each safeguard alone: what is allowed in order is refused for one fault, and by that policy."""

from dataclasses import dataclass, replace
from typing import Any

import pytest
from tools.permission_cube import DAY_MS, NOW_MS, OPEN_PERMIT, STAY, Cell, asked

from bailee.rules.gate import CedarGate
from bailee.rules.gate_policies import Policies
from bailee.types.decide import Access, Decision
from bailee.types.facts import DeviceSort, FactSheet
from bailee.types.ids import DeviceId
from bailee.types.kind import Kind
from bailee.types.network import Network
from bailee.types.purpose import Purpose
from bailee.types.role import Right, Role
from bailee.types.scope import Scope
from bailee.types.span import Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing that is otherwise than in order, and the safeguard that must see it."""

    name: str
    who: str
    what: str
    by: str
    purpose: str = "owner-view"
    about: str = "nobody in particular"
    given: Any = None
    """What has to be true besides for it to be in order."""
    facts: Any = None
    ask: Any = None


def _f(**changed: object) -> dict[str, object]:
    return changed


def _left(*rights: Right) -> frozenset[Right]:
    return frozenset(Right) - set(rights)


USE = frozenset({Scope.USE})
SHARED = _f(consents=frozenset({Scope.USE, Scope.DISCLOSE}))

FAULTS = (
    Fault(name="revoked member", who="owner", what="view film", by="members-only",
          facts=_f(belongs=False)),
    Fault(name="device of another account", who="device", what="deposit", by="members-only",
          facts=_f(belongs=False)),
    Fault(name="link to something else", who="link", what="view film", by="members-only",
          purpose="share", facts=_f(belongs=False)),
    Fault(name="no role left", who="owner", what="view film", by="no-strangers",
          facts=_f(role=Role.STRANGER)),
    Fault(name="operator over the network", who="operator", what="view film",
          by="operator-at-the-machine", facts=_f(network=Network.HOME)),
    Fault(name="barred network", who="owner", what="list", by="barred-network",
          facts=_f(network=Network.BARRED)),
    Fault(name="device of a barred network", who="device", what="deposit", by="barred-network",
          facts=_f(network=Network.BARRED)),
    Fault(name="device in another's name", who="device", what="deposit", by="device-as-itself",
          ask=_f(device_id=DeviceId("dev_other"))),
    Fault(name="device in nobody's name", who="device", what="deposit", by="device-as-itself",
          ask=_f(device_id=None)),
    Fault(name="a voice in another room's name", who="voice", what="deposit",
          about="themselves", by="voice-speaks-there", ask=_f(device_id=DeviceId("dev_other"))),
    Fault(name="a voice that hands in what is another's", who="voice", what="deposit",
          about="themselves", by="voice-speaks-there", facts=_f(subject_is_self=False)),
    Fault(name="another's words read aloud", who="voice", what="view words", purpose="assist",
          about="themselves", by="voice-reads-aloud", facts=_f(subject_is_self=False)),
    Fault(name="a picture told aloud", who="voice", what="view words", purpose="assist",
          about="themselves", by="voice-reads-aloud", ask=_f(kind=Kind.IMAGE)),
    Fault(name="nobody's words read aloud in another room", who="voice", what="view words",
          purpose="assist", by="voice-reads-aloud", ask=_f(device_id=DeviceId("dev_other"))),
    Fault(name="another grown-up forgotten by voice", who="voice", what="erase",
          about="themselves", by="voice-forgets", facts=_f(subject_is_self=False)),
    Fault(name="a child that no parent lets forget", who="voice", what="erase",
          about="themselves as a child", by="voice-forgets", facts=_f(rights=frozenset())),
    Fault(name="nobody's words forgotten from another room", who="voice", what="erase",
          by="voice-forgets", ask=_f(device_id=DeviceId("dev_other"))),
    Fault(name="listening in through a speaker", who="owner", what="live sound",
          by="live-is-for-cameras", facts=_f(device=DeviceSort.SPEAKER)),
    Fault(name="listening in through a phone", who="owner", what="live sound",
          by="live-is-for-cameras", facts=_f(device=DeviceSort.PHONE)),
    Fault(name="link before its time", who="link", what="view film", purpose="share",
          by="link-window", facts=_f(access=Span(begin_ms=NOW_MS + 1, end_ms=NOW_MS + 2))),
    Fault(name="link after its time", who="link", what="view film", purpose="share",
          by="link-window", facts=_f(access=Span(begin_ms=0, end_ms=NOW_MS - 1))),
    Fault(name="link without a time", who="link", what="view film", purpose="share",
          by="link-window", facts=_f(access=None)),
    Fault(name="link to a whole account", who="link", what="view film", purpose="share",
          by="link-one-artefact", ask=_f(artefact_id=None)),
    Fault(name="guest before their stay", who="guest", what="erase", about="themselves",
          by="guest-stay", facts=_f(access=Span(begin_ms=NOW_MS + 1, end_ms=NOW_MS + 2))),
    Fault(name="guest after their stay", who="guest", what="view film", by="guest-stay",
          facts=_f(access=Span(begin_ms=STAY.begin_ms, end_ms=NOW_MS - 1))),
    Fault(name="guest without a stay", who="guest", what="erase", about="themselves",
          by="guest-stay", facts=_f(access=None)),
    Fault(name="footage from before the stay", who="guest", what="view film",
          by="guest-not-before",
          ask=_f(span=Span(begin_ms=STAY.begin_ms - 1, end_ms=STAY.begin_ms + DAY_MS))),
    Fault(name="list of before the stay", who="guest", what="list", by="guest-not-before",
          ask=_f(span=Span(begin_ms=0, end_ms=NOW_MS))),
    Fault(name="footage of no known time", who="guest", what="view film", by="guest-not-before",
          ask=_f(span=None)),
    Fault(name="password alone", who="owner", what="list", by="second-factor",
          facts=_f(second_factor_age_s=None)),
    Fault(name="second factor of long ago", who="owner", what="list", by="second-factor",
          facts=_f(second_factor_age_s=30 * 86_400 + 1)),
    Fault(name="second factor from the future", who="owner", what="list", by="second-factor",
          facts=_f(second_factor_age_s=-1)),
    *(Fault(name=f"{what} without a step-up", who="owner", what=what, purpose=purpose,
            about="themselves", by="step-up", given=SHARED, facts=_f(step_up_age_s=None))
      for what, purpose in (("live film", "owner-view"), ("download film", "export"),
                            ("share", "share"), ("erase-all", "owner-view"),
                            ("consent", "owner-view"), ("admit", "owner-view"),
                            ("entrust", "owner-view"))),
    *(Fault(name=f"{role} makes an owner", who="owner", what="entrust", by="owners-make-owners",
            facts=_f(role=role)) for role in (Role.GUARDIAN, Role.MEMBER, Role.GUEST, Role.CHILD)),
    Fault(name="step-up of eleven minutes ago", who="owner", what="live film", by="step-up",
          facts=_f(step_up_age_s=660)),
    Fault(name="step-up from the future", who="owner", what="live film", by="step-up",
          facts=_f(step_up_age_s=-5)),
    *(Fault(name=f"{what} of a child's without a parent's consent", who=who, what=what,
            by="parental-consent", about="another's child", facts=_f(consents=frozenset()))
      for who, what in (("device", "deposit"), ("operator", "deposit"), ("owner", "deposit"),
                        ("owner", "view film"), ("operator", "view film"), ("owner", "retain"),
                        ("owner", "reassign"))),
    Fault(name="child's own voice without a parent's consent", who="child", what="hear sound",
          about="themselves", by="parental-consent", facts=_f(consents=frozenset())),
    Fault(name="parent's assistant without consent", who="guardian", what="view other",
          purpose="assist", about="their child", by="parental-consent",
          facts=_f(consents=frozenset())),
    *(Fault(name=f"{purpose}, to delete", who="owner", what="erase", by=f"purpose-{purpose}",
            about="themselves", given=_f(consents=frozenset(Scope)), ask=_f(purpose=Purpose(purpose)))
      for purpose in ("export", "assist", "share", "review", "train", "legal-process")),
    Fault(name="copy for one's own view", who="owner", what="download film", purpose="export",
          by="purpose-owner-view", ask=_f(purpose=Purpose.OWNER_VIEW)),
    Fault(name="no right to see", who="owner", what="view other", by="right-to-view",
          facts=_f(rights=_left(Right.VIEW))),
    Fault(name="no right to hear", who="owner", what="hear sound", by="right-to-hear",
          facts=_f(rights=_left(Right.HEAR))),
    Fault(name="film without the right to hear it", who="owner", what="view film",
          by="right-to-hear", facts=_f(rights=_left(Right.HEAR))),
    Fault(name="film without the right to see it", who="owner", what="view film",
          by="right-to-view", facts=_f(rights=_left(Right.VIEW))),
    Fault(name="copy of what may not be seen", who="owner", what="download other",
          purpose="export", by="right-to-view", facts=_f(rights=_left(Right.VIEW))),
    Fault(name="copy of what may not be heard", who="owner", what="download sound",
          purpose="export", by="right-to-hear", facts=_f(rights=_left(Right.HEAR))),
    Fault(name="no right to a copy", who="owner", what="download film", purpose="export",
          by="right-to-download", facts=_f(rights=_left(Right.DOWNLOAD))),
    Fault(name="no right to delete", who="owner", what="erase", by="right-to-delete",
          facts=_f(rights=_left(Right.DELETE))),
    Fault(name="no right to delete everything", who="owner", what="erase-all",
          by="right-to-delete", facts=_f(rights=_left(Right.DELETE))),
    Fault(name="link granted no sight", who="link", what="view other", purpose="share",
          by="right-to-view", facts=_f(rights=_left(Right.VIEW))),
    Fault(name="link that says it is whom it is about", who="link", what="hear sound",
          purpose="share", by="right-to-hear",
          facts=_f(rights=_left(Right.HEAR), subject_is_self=True)),
    Fault(name="sound under the name of sight", who="owner", what="view other",
          by="view-is-not-for-sound", ask=_f(kind=Kind.AUDIO)),
    Fault(name="film under the name of sound", who="owner", what="hear sound",
          by="hear-is-for-sound", ask=_f(kind=Kind.VIDEO)),
    *(Fault(name=f"{what} of what a grown-up ended the use of", who=who, what=what,
            by="use-ended", about="another grown-up", facts=_f(consents=frozenset()))
      for who, what in (("device", "deposit"), ("owner", "view film"), ("operator", "view film"),
                        ("owner", "retain"), ("owner", "reassign"))),
    Fault(name="deposit of one's own after ending its use", who="owner", what="deposit",
          about="themselves", by="use-ended", facts=_f(consents=frozenset())),
    Fault(name="assistant after ending its use", who="owner", what="view other",
          purpose="assist", about="themselves", by="use-ended", facts=_f(consents=frozenset())),
    Fault(name="link after the end of consent to disclose", who="link", what="view film",
          purpose="share", about="another grown-up", by="disclose-needs-consent", given=SHARED,
          facts=_f(consents=USE)),
    Fault(name="link made without consent to disclose", who="owner", what="share",
          purpose="share", about="another's child", by="disclose-needs-consent", given=SHARED,
          facts=_f(consents=USE)),
    Fault(name="police without consent", who="owner", what="download film",
          purpose="legal-process", by="law-needs-consent",
          given=_f(consents=frozenset(Scope)),
          facts=_f(consents=frozenset(Scope) - {Scope.LAW_ENFORCEMENT})),
    Fault(name="consent for another grown-up", who="owner", what="consent", about="themselves",
          by="consent-is-ones-own", facts=_f(subject_is_self=False)),
    Fault(name="consent of the house for a child", who="owner", what="consent",
          about="their child", by="consent-is-ones-own", facts=_f(subject_is_ward=False)),
    Fault(name="gift of what is held", who="owner", what="reassign", by="held-stays",
          facts=_f(held=True)),
    Fault(name="operator's assistant", who="operator", what="view other", by="operator-purposes",
          ask=_f(purpose=Purpose.ASSIST)),
    Fault(name="operator and end-to-end", who="operator", what="download film",
          purpose="export", by="end-to-end", facts=_f(end_to_end=True)),
    Fault(name="link and end-to-end", who="link", what="view film", purpose="share",
          by="end-to-end", facts=_f(end_to_end=True)),
)  # fmt: skip

CLOSED = (
    ("staff-nothing-yet", "staff", "review film", "review"),
    ("review-is-for-staff", "owner", "review film", "review"),
    ("device-only-deposits", "device", "view film", "owner-view"),
    ("voice-does-little", "voice", "download words", "export"),
    ("voice-does-little", "voice", "erase-all", "owner-view"),
    ("voice-does-little", "voice", "consent", "owner-view"),
    ("link-only-shows", "link", "download film", "export"),
    ("link-only-shows", "link", "list", "owner-view"),
    ("child-asks-a-parent", "child", "consent", "owner-view"),
    ("child-asks-a-parent", "child", "live film", "owner-view"),
    ("train-needs-consent", "owner", "train film", "train"),
    ("review-needs-consent", "owner", "review film", "review"),
    ("held-not-trained", "owner", "train film", "train"),
    ("hold-is-the-operators", "owner", "hold", "owner-view"),
    ("operator-limits", "operator", "live film", "owner-view"),
)
"""What no state opens: the safeguard stands against the very verb."""


def _decided(facts: FactSheet, access: Access, extra: str = "") -> Decision:
    return CedarGate(lambda _: facts, extra_policies=extra)(access)


def _in_order(fault: Fault) -> tuple[FactSheet, Access]:
    cell = Cell(fault.who, fault.what, fault.purpose, fault.about, "in order")
    facts, access = asked(cell)
    return replace(facts, **(fault.given or {})), access


@pytest.mark.parametrize("fault", FAULTS, ids=lambda each: each.name)
def test_one_fault_is_refused_by_its_safeguard(fault: Fault) -> None:
    """Allowed in order; refused for the fault, by that safeguard alone, open permit or not."""
    facts, access = _in_order(fault)
    assert _decided(facts, access).allowed
    wrong = replace(facts, **(fault.facts or {})), replace(access, **(fault.ask or {}))
    for extra in ("", OPEN_PERMIT):
        found = _decided(*wrong, extra)
        assert not found.allowed
        assert found.policies == (fault.by,)


@pytest.mark.parametrize(("by", "who", "what", "purpose"), CLOSED)
def test_what_no_state_opens(by: str, who: str, what: str, purpose: str) -> None:
    """With everything granted and the open permit added, it is refused; by this safeguard too."""
    about = "themselves" if who in {"owner", "child"} else "nobody in particular"
    facts, access = asked(Cell(who, what, purpose, about, "in order"))
    granted = replace(facts, consents=frozenset(Scope), held=by == "held-not-trained")
    if by.endswith("-needs-consent"):
        granted = replace(granted, consents=frozenset(Scope) - {Scope.TRAIN, Scope.REVIEW})
    found = _decided(granted, access, OPEN_PERMIT)
    assert not found.allowed
    assert by in found.policies


def test_every_safeguard_has_a_fault() -> None:
    """A safeguard that no vector shows at work does not count as one."""
    shown = {each.by for each in FAULTS} | {by for by, *_ in CLOSED}
    assert shown == {each.policy for each in Policies().clauses.values() if each.effect == "forbid"}
