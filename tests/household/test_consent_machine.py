"""Consent → release → withdraw, in any order, against a model of four sets."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from bailee.clock import FixedClock
from bailee.custody.vault import Vault
from bailee.errors import ConflictError, DeniedError
from bailee.household.consents import Agreement
from bailee.household.notice_text import notice_for
from bailee.types.consent import Channel, How
from bailee.types.decide import Principal
from bailee.types.network import Network
from bailee.types.purpose import Purpose
from bailee.types.role import Right
from bailee.types.scope import Scope
from household.conftest import furnish
from household.told import told
from support.vaults import NOW_MS, said

SCOPES = st.sampled_from([Scope.USE, Scope.DISCLOSE, Scope.TRAIN])


class Consenting(RuleBasedStateMachine):
    """Leo gives, withdraws and forgets; the owner looks, a link shows, a model trains.

    The model: which scopes Leo was shown the notice of, which are in force, whether his recording
    is there. A release goes through if and only if the model says so; no consent is ever edited.
    """

    @initialize()
    def begin(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.clock = FixedClock(NOW_MS)
        self.vault = Vault.create(Path(self.folder.name) / "vault", clock=self.clock)
        self.home = furnish(self.vault, self.clock)
        self.shown: set[Scope] = set()
        self.in_force: set[Scope] = {Scope.USE}
        self.given: set[Scope] = set()
        self.acts = 0
        self.link: Principal | None = None
        self.mine = said(self.vault, NOW_MS - 1000, person="Leo", content=b"walnuts")

    def teardown(self) -> None:
        if hasattr(self, "vault"):
            self.vault.close()
            self.folder.cleanup()

    @rule(scope=SCOPES)
    def show(self, scope: Scope) -> None:
        home = self.home
        notice = notice_for(scope, child=False)
        home.house.notices.show(home.account_id, home.leo_id, notice, 1, Channel.PAGE)
        self.shown.add(scope)

    @rule(scope=SCOPES)
    def give(self, scope: Scope) -> None:
        home = self.home
        yes = Agreement(scope=scope, version=1, how=How.BUTTON, evidence={})
        if scope in self.shown:
            home.house.consents.give(home.leo, home.account_id, home.leo_id, yes)
            self.in_force.add(scope)
            self.acts += 1
        else:
            with pytest.raises(ConflictError):
                home.house.consents.give(home.leo, home.account_id, home.leo_id, yes)

    @rule(scope=SCOPES, by_owner=st.booleans())
    def withdraw(self, scope: Scope, by_owner: bool) -> None:
        home = self.home
        who = home.ana if by_owner else home.leo
        if scope in self.in_force:
            home.house.consents.withdraw(who, home.account_id, home.leo_id, scope)
            self.in_force.discard(scope)
            self.acts += 1
        else:
            with pytest.raises(ConflictError):
                home.house.consents.withdraw(who, home.account_id, home.leo_id, scope)

    @rule()
    def share(self) -> None:
        home, until_ms = self.home, self.clock.now_ms() + 60_000
        if {Scope.DISCLOSE, Scope.USE} <= self.in_force:
            made = home.house.links.share(home.leo, self.mine.artefact_id, [Right.HEAR], until_ms)
            self.link, _ = home.house.links.holder(made.token, Network.AWAY)
        else:
            with pytest.raises(DeniedError):
                home.house.links.share(home.leo, self.mine.artefact_id, [Right.HEAR], until_ms)

    @invariant()
    def only_what_is_consented_to_is_released(self) -> None:
        if not hasattr(self, "home"):
            return
        use = Scope.USE in self.in_force
        self._release(self.home.leo, Purpose.OWNER_VIEW, allowed=True)  # his own, always
        self._release(self.home.ana, Purpose.OWNER_VIEW, allowed=use)
        self._release(self.home.leo, Purpose.TRAIN, allowed=use and Scope.TRAIN in self.in_force)
        if self.link is not None:
            disclosed = use and Scope.DISCLOSE in self.in_force
            self._release(self.link, Purpose.SHARE, allowed=disclosed)

    @invariant()
    def every_act_is_kept(self) -> None:
        if hasattr(self, "home"):
            assert len(told(self.vault, "consent")) == self.acts

    def _release(self, who: Principal, purpose: Purpose, *, allowed: bool) -> None:
        if allowed:
            made = self.vault.release(self.mine.artefact_id, purpose=purpose, principal=who)
            assert b"".join(made.stretches) == b"walnuts"
            return
        with pytest.raises(DeniedError):
            self.vault.release(self.mine.artefact_id, purpose=purpose, principal=who)


TestConsenting = Consenting.TestCase
TestConsenting.settings = settings(max_examples=6, stateful_step_count=12, deadline=None)
