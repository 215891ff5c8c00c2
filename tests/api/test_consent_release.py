"""Consent over HTTP against a model: nothing is released, shared or taken in against it.

A member and a child consent, withdraw and are asked anew by changed notices; everybody tries to
get at their recordings all the while, and a device hands in more.
"""

import tempfile
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

import httpx
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from api.house import House, Someone, problem
from bailee.api.bodies import tell_moment
from bailee.clock import FixedClock
from bailee.custody.vault import Vault
from bailee.household.notice import Notices
from bailee.household.notice_text import Text, bundled
from bailee.types.consent import Notice
from bailee.types.decide import OPERATOR, Access, Verb
from bailee.types.facts import DeviceSort
from bailee.types.household import Proof
from bailee.types.ids import AccountId, DeviceId, PersonId
from bailee.types.purpose import Purpose
from bailee.types.role import Right, Role
from bailee.types.scope import Scope
from household.told import told
from support.vaults import HOUR_MS, NOW_MS

SCOPES = st.sampled_from([Scope.USE, Scope.DISCLOSE])
SUBJECTS = st.sampled_from(["leo", "mia"])
NOTICES = {
    ("leo", Scope.USE): Notice.USE,
    ("leo", Scope.DISCLOSE): Notice.DISCLOSE,
    ("mia", Scope.USE): Notice.CHILDREN,
    ("mia", Scope.DISCLOSE): Notice.DISCLOSE,
}
WORDS = b"no more walnuts"


class Agreeing(RuleBasedStateMachine):
    """The model: versions in force, who was shown which, the last word on each scope."""

    @initialize()
    def begin(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        home, clock = Path(self.folder.name) / "vault", FixedClock(NOW_MS)
        Vault.create(home, clock=clock).close()
        self.house = House(home, clock).__enter__()
        self.leo = self.house.person("Leo", Role.MEMBER, Right.VIEW, Right.HEAR)
        self.mia = self.house.child()
        _, self.eve = self.house.neighbour()
        self.camera = self.house.device("hall", DeviceSort.CAMERA)
        self.token = self.house.token_of(self.camera)
        self.version = dict.fromkeys(Notice, 1)
        self.counts_from = dict.fromkeys(Notice, 1)
        self.texts: tuple[Text, ...] = bundled()
        self.shown: set[tuple[str, Notice, int]] = set()
        self.last: dict[tuple[str, Scope], int | None] = {}  # version of a yes, None for a no
        self.acts = self.released = self.handed_in = 0
        self.guarded = True
        self.links: list[Mapping[str, str]] = []
        self.show("ana", Notice.CHILDREN)
        self.give("ana", "mia", Scope.USE, 0)
        self.words = {each: self._hand_in(each).json() for each in ("leo", "mia")}

    def teardown(self) -> None:
        if hasattr(self, "house"):
            self.house.__exit__()
            self.folder.cleanup()

    # -- what they do -----------------------------------------------------------------------

    @rule(
        who=st.sampled_from(["leo", "ana"]), notice=st.sampled_from(sorted(set(NOTICES.values())))
    )
    def show(self, who: str, notice: Notice) -> None:
        """The notice in force, to somebody who sits before it."""
        someone, version = self._someone(who), self.version[notice]
        path = f"/persons/{someone.id}/notices/{notice}"
        assert self.house.ask("POST", path, someone, json={"version": version}).status_code == 204
        self.shown.add((who, notice, version))

    @rule(
        who=st.sampled_from(["leo", "ana"]), whose=SUBJECTS, scope=SCOPES, behind=st.integers(0, 1)
    )
    def give(self, who: str, whose: str, scope: Scope, behind: int) -> None:
        """A yes, to the version in force or to the one before it."""
        notice = NOTICES[whose, scope]
        version = max(1, self.version[notice] - behind)
        act = {"control": "button", "words": "Yes"}
        answer = self.house.ask(
            "POST",
            f"/persons/{self._id(whose)}/consents",
            self._someone(who),
            json={"scope": scope, "version": version, "act": act},
        )
        may = who == "leo" if whose == "leo" else who == "ana" and self.guarded
        if not may:
            problem(answer, 404 if who == "leo" else 403)
        elif version != self.version[notice] or (who, notice, version) not in self.shown:
            problem(answer, 409)
        else:
            assert answer.status_code == 201, answer.text
            self.last[whose, scope] = version
            self.acts += 1

    @rule(who=st.sampled_from(["leo", "ana", "eve"]), whose=SUBJECTS, scope=SCOPES)
    def withdraw(self, who: str, whose: str, scope: Scope) -> None:
        """It counts at once, and offers what it did not do."""
        path = f"/persons/{self._id(whose)}/consents/{scope}"
        answer = self.house.ask("DELETE", path, self._someone(who))
        given = self.last.get((whose, scope), 1 if (whose, scope) == ("leo", Scope.USE) else None)
        if who == "eve" or (who, whose) == ("leo", "mia"):
            problem(answer, 404)
        elif given is None:
            problem(answer, 409)
        else:
            assert answer.json()["request"]["body"] == {"person": self._id(whose)}
            self.last[whose, scope] = None
            self.acts += 1

    @rule(notice=st.sampled_from(sorted(set(NOTICES.values()))), material=st.booleans())
    def change_notice(self, notice: Notice, material: bool) -> None:
        """After a material change a yes to an earlier version counts no more."""
        version = self.version[notice] + 1
        body = f"# Version {version}\n"
        text = Text(
            notice=notice,
            version=version,
            covers=frozenset(Scope),
            material=material,
            body=body,
            text_hash=sha256(body.encode()).digest(),
        )
        self.texts = (*self.texts, text)
        household = self.house.service.household
        household.notices = Notices(household._ground, self.texts)
        assert household.notices.put_in_force() == 1
        assert self.house.ask("GET", f"/v1/notices/{notice}/{version}").text == body
        self.version[notice] = version
        if material:
            self.counts_from[notice] = version

    @rule()
    def change_guardian(self) -> None:
        """Ana is no guardian any more, or is one again: her yes for Mia counts as long as she is."""
        guardians = self.house.service.household.guardians
        pair = (self.house.account_id, self.mia, self.house.ana.id)
        if self.guarded:
            guardians.end(OPERATOR, *pair)
        else:
            guardians.name(OPERATOR, *pair)
            guardians.verify(OPERATOR, *pair, Proof.OPERATOR)
        self.guarded = not self.guarded

    @rule(whose=SUBJECTS)
    def hand_in(self, whose: str) -> None:
        """By the camera: taken in only while use is in force."""
        answer = self._hand_in(whose)
        if self.in_force(whose, Scope.USE):
            assert answer.status_code == 201, answer.text
        else:
            assert answer.status_code in {403, 404}, answer.text

    @rule(who=st.sampled_from(["leo", "ana"]))
    def share(self, who: str) -> None:
        """A link is made only where it would show something."""
        until = tell_moment(self.house.clock.now_ms() + HOUR_MS)
        body = {"artefact": self.words["leo"]["artefact"], "rights": ["hear"], "until": until}
        answer = self.house.ask("POST", "/links", self._someone(who), json=body)
        if self.in_force("leo", Scope.USE) and self.in_force("leo", Scope.DISCLOSE):
            assert answer.status_code == 201, answer.text
            self.links.append({"Authorization": f"Bearer {answer.json()['token']}"})
        else:
            problem(answer, 403)

    # -- what must be -----------------------------------------------------------------------

    def in_force(self, whose: str, scope: Scope) -> bool:
        """Whether the model says that a consent counts now."""
        if (whose, scope) == ("leo", Scope.USE):
            return self.last.get((whose, scope), 1) is not None  # unless it was taken back
        version = self.last.get((whose, scope))
        counts = version is not None and version >= self.counts_from[NOTICES[whose, scope]]
        return counts and (whose == "leo" or self.guarded)

    @invariant()
    def only_what_is_consented_to_is_opened(self) -> None:
        if not hasattr(self, "words"):
            return
        use, ana = self.in_force("leo", Scope.USE), self.house.ana
        self._open("leo", self.leo, 200)  # one's own, always
        self._open("leo", ana, 200 if use else 403)
        self._open("leo", ana, 200 if use else 403, purpose="export")
        self._open("leo", self.eve, 404)
        self._open("leo", self.token, 401)
        self._open("mia", self.leo, 404)
        self._open("mia", ana, 200 if self.guarded or self.in_force("mia", Scope.USE) else 403)
        for purpose in ("train", "review", "share"):
            self._open("leo", ana, 403, purpose=purpose)

    @invariant()
    @precondition(lambda self: self.__dict__.get("links"))
    def links_show_while_disclosure_counts(self) -> None:
        shows = self.in_force("leo", Scope.USE) and self.in_force("leo", Scope.DISCLOSE)
        answer = self.house.ask("GET", "/v1/shared/content", self.links[-1])
        if shows:
            assert answer.content == WORDS
            self.released += 1
        else:
            problem(answer, 404)

    @invariant()
    def live_is_as_closed_as_what_is_kept(self) -> None:
        if not hasattr(self, "words"):
            return
        use = self.in_force("leo", Scope.USE)
        assert self._live(self.leo)
        assert self._live(self.house.ana) == use
        assert not self._live(self.eve)

    @invariant()
    def the_ledger_has_each_act_and_each_release(self) -> None:
        if hasattr(self, "words"):
            vault = self.house.service.vault
            assert len(told(vault, "consent")) == self.acts
            assert len(told(vault, "release")) == self.released
            assert len(told(vault, "deposit")) == self.handed_in

    # -- how --------------------------------------------------------------------------------

    def _someone(self, who: str) -> Someone:
        return {"leo": self.leo, "ana": self.house.ana, "eve": self.eve}[who]

    def _id(self, whose: str) -> PersonId:
        return self.leo.id if whose == "leo" else self.mia

    def _open(
        self, whose: str, who: Someone | Mapping[str, str], status: int, purpose: str = "owner-view"
    ) -> None:
        path = f"/recordings/{self.words[whose]['recording']}/content"
        answer = self.house.ask("GET", path, who, params={"purpose": purpose})
        if status != 200:
            problem(answer, status)
            return
        assert answer.content == WORDS, answer.text
        self.released += 1

    def _hand_in(self, whose: str) -> httpx.Response:
        self.house.clock.advance(ms=1)
        params = {
            "kind": "audio",
            "person": self._id(whose),
            "captured_at": tell_moment(self.house.clock.now_ms() - 1),
        }
        answer = self.house.ask("POST", "/recordings", self.token, params=params, content=WORDS)
        self.handed_in += answer.status_code == 201
        return answer

    def _live(self, who: Someone) -> bool:
        """What a door to the camera would be told."""
        access = Access(
            principal=who.principal,
            verb=Verb.LIVE,
            purpose=Purpose.OWNER_VIEW,
            account_id=AccountId(self.house.account_id),
            person_id=self.leo.id,
            device_id=DeviceId(self.camera),
        )
        return self.house.service.gate(access).allowed


def test_nothing_goes_against_a_consent() -> None:
    """A few short stories."""
    short = settings(max_examples=3, stateful_step_count=12, deadline=None)
    run_state_machine_as_test(Agreeing, settings=short)


@pytest.mark.long
def test_nothing_ever_goes_against_a_consent() -> None:
    """Many long ones."""
    longer = settings(max_examples=60, stateful_step_count=40, deadline=None)
    run_state_machine_as_test(Agreeing, settings=longer)
