"""The household, as doors use it: one object, whose parts are one noun each.

Every act asks the gate and writes its ledger entry in the transaction of what it does.

    house = Household(vault, decide=CedarGate(HouseholdFacts(vault.desk(), sessions)), carrier=…)
    house.notices.put_in_force()
    founded = house.houses.found(OPERATOR, "home", NewPerson(name="Ana"))       # step one
    house.persons.add(ana, founded.account_id, NewPerson(name="Leo"))           # step two
    house.devices.add(ana, founded.account_id, "kitchen", DeviceSort.SPEAKER, "")  # step three
"""

from collections.abc import Mapping

from bailee.custody.vault import Vault
from bailee.household.consents import Consents
from bailee.household.devices import Devices, no_tokens
from bailee.household.endpoints import Endpoints
from bailee.household.erasures import Erasures
from bailee.household.exports import Exports
from bailee.household.forgotten import Forgotten
from bailee.household.ground import Ground
from bailee.household.guardians import Guardians
from bailee.household.history import History
from bailee.household.houses import Houses
from bailee.household.keep_rules import KeepRules
from bailee.household.keeping import Keeping
from bailee.household.links import Links
from bailee.household.listening import Listening
from bailee.household.lookers import Lookers
from bailee.household.looking import Looking
from bailee.household.members import Members
from bailee.household.messages.channels import Carrier, Channels
from bailee.household.messages.courier import Carried, Courier
from bailee.household.messages.inbox import Inbox
from bailee.household.messages.outbox import SignInNotices
from bailee.household.notice import Notices
from bailee.household.offers import Offers
from bailee.household.orphan_previews import sweep_previews
from bailee.household.persons import Persons
from bailee.household.places import Places
from bailee.household.previews import Previews
from bailee.household.showing import Showing
from bailee.household.sweep import sweep
from bailee.household.timeline import Timeline
from bailee.household.uploads import Uploads
from bailee.household.whereabouts import Wheres
from bailee.rules.cedar import policies_text
from bailee.rules.gate_clause import clauses_of
from bailee.types.decide import Decide
from bailee.types.preview import Draw
from bailee.types.sign_in import EndTokens
from bailee.types.upload import Limits


class Household:
    """Everything a door may do with people, devices, consents and messages."""

    def __init__(
        self,
        vault: Vault,
        *,
        decide: Decide,
        carrier: Carrier,
        words: Mapping[str, str] | None = None,
        end_tokens: EndTokens = no_tokens,
        limits: Limits | None = None,
        draw: Draw | None = None,
    ) -> None:
        """Wire the parts, and let *decide* answer for all of the vault's verbs too.

        *words* says what each policy does, by its id, for the history; bailee's own by default.
        *end_tokens* ends what a device signs in with, when it is revoked. *limits* are of uploads.
        *draw* draws previews; without it there are none.
        """
        desk = vault.desk()
        desk.decide_by(decide)
        ground = Ground(desk=desk, decide=decide)
        self._ground, self._vault = ground, vault
        self._courier = Courier(ground, carrier)
        self.houses = Houses(ground)
        self.persons = Persons(ground)
        self.members = Members(ground)
        self.offers = Offers(ground)
        self.guardians = Guardians(ground)
        self.devices = Devices(ground, end_tokens)
        self.endpoints = Endpoints(ground)
        self.listening = Listening(ground, vault)
        self.links = Links(ground, vault)
        self.places = Places(ground)
        self.notices = Notices(ground)
        self.consents = Consents(ground)
        self.timeline = Timeline(ground, vault)
        self.looking = Looking(ground, vault)
        self.whereabouts = Wheres(self.timeline, self.looking)
        self.previews = Previews(ground, vault, draw)
        self.forgotten = Forgotten(ground)
        self.showing = Showing(ground, vault)
        self.history = History(ground, words or _own_words())
        self.lookers = Lookers(ground)
        self.keeping = Keeping(ground, vault)
        self.keep_rules = KeepRules(ground, vault)
        self.uploads = Uploads(ground, vault.staging(limits))
        self.erasures = Erasures(ground, vault)
        self.exports = Exports(ground, vault)
        self.channels = Channels(ground, carrier)
        self.inbox = Inbox(ground)
        self.sign_in_notices = SignInNotices(desk)

    def sweep(self) -> None:
        """Tell losses, end stays that are over, let names live on, forget orphans. Idempotent."""
        sweep(self._ground)
        sweep_previews(self._ground, self._vault)

    def deliver(self) -> Carried:
        """Hand over every message that is due, each once, over all processes."""
        return self._courier.deliver()


def _own_words() -> dict[str, str]:
    return {each.policy: each.says for each in clauses_of(policies_text())}
