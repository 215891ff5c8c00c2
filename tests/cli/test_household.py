"""Households at the machine: founded, filled and vouched for by whoever runs the vault."""

import builtins
import re
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from bailee.api.service import Service
from bailee.clock import DAY_MS
from bailee.identity import Settings
from bailee.identity.errors import SignInError
from bailee.types.sign_in import Client, Door
from cli.shell import NOW_MS, Shell

CHEAP = Settings(argon2_passes=1, argon2_memory_kib=8, argon2_lanes=1)
HERE = Client(address="192.0.2.7")
PASSWORD = "four quiet walnut chairs"
TOKEN = re.compile(r"^  (\S{43})$", re.MULTILINE)


def accept(shell: Shell, token: str, name: str = "ana@home.example") -> str:
    """Take an invitation up, as the door does; the token of the session it opens."""
    with Service.open(shell.home, settings=CHEAP, clock=shell.clock) as service:
        return service.identity.enrolment.accept(token, name, PASSWORD, HERE).token


def people(shell: Shell) -> dict[str, Any]:
    return {each["name"]: each for each in shell.json("household", "show", "home")["persons"]}


def test_from_nothing_to_a_household(shell: Shell) -> None:
    """Found, add, register, vouch: what each says leads on, and `show` has it all."""
    said = shell.ok("household", "found", "home", "--owner", "Ana", "--email", "ana@home.example")
    assert "home is founded. Its owner, Ana, has to set up signing in." in said
    [token] = TOKEN.findall(said)
    assert f"http://localhost:8443/join#{token}" in said
    assert accept(shell, token)
    with pytest.raises(SignInError):
        accept(shell, token)
    shell.ok("household", "add-person", "home", "Mia", "--sort", "child")
    speaker = ("household", "add-device", "home", "kitchen", "--sort", "speaker")
    assert "bailee household device-token home kitchen" in shell.ok(*speaker, "--room", "kitchen")
    vouched = ("household", "verify-guardian", "home", "Mia", "Ana", "--proof", "operator")
    assert "Ana is recorded as parent or guardian of Mia." in shell.ok(*vouched)
    shown = shell.ok("household", "show", "home")
    assert re.search(r"Ana +adult +owner +delete, download, hear, view +per_", shown)
    assert re.search(r"kitchen +speaker +kitchen +0 tokens +dev_", shown)
    assert people(shell)["Ana"]["email"] == "ana@home.example"


def test_the_line_to_type_names_the_address(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where people reach the server stands in what they are to type; nonsense is refused."""
    monkeypatch.setenv("BAILEE_ORIGIN", "https://home.lan:8443/")
    found = shell.ok("household", "found", "home", "--owner", "Ana")
    assert "https://home.lan:8443/join#" in found
    leo = ("household", "add-person", "home", "Leo", "--role", "member", "--right", "hear")
    assert "https://home.lan/join#" in shell.ok(*leo, "--origin", "https://home.lan")
    for wrong in ("home.lan", "https://", "ftp://home.lan", "https://a@home.lan", "https://h/x"):
        refused = shell.run("household", "invite", "home", "Leo", "--origin", wrong)
        assert refused.exit_code == 2, wrong


def test_every_household_is_listed(shell: Shell) -> None:
    """By name, with how many live there; an empty vault says how to found one."""
    assert "bailee household found" in shell.ok("household", "list")
    shell.ok("household", "found", "the lake house", "--owner", "Eve")
    shell.ok("household", "found", "home", "--owner", "Ana")
    shell.ok("household", "add-person", "home", "Leo")
    listed = shell.json("household", "list")["households"]
    assert [(each["name"], each["persons"]) for each in listed] == [
        ("home", 2),
        ("the lake house", 1),
    ]
    assert "the lake house" in shell.ok("household", "list")


def test_an_invitation_lasts_a_week(shell: Shell) -> None:
    """And says so to programs as well."""
    assert shell.json("household", "found", "home", "--owner", "Ana")["expires_ms"] == (
        NOW_MS + 7 * DAY_MS
    )


def test_inviting_anew_ends_what_was_once_it_is_taken_up(shell: Shell) -> None:
    """The way back for who lost everything: the earlier invitation ends at once."""
    first = shell.json("household", "found", "home", "--owner", "Ana")["invitation"]
    second = shell.json("household", "invite", "home", "ana")["invitation"]
    with pytest.raises(SignInError):
        accept(shell, first)
    session = accept(shell, second)
    third = shell.json("household", "invite", "home", "Ana")["invitation"]
    with Service.open(shell.home, settings=CHEAP, clock=shell.clock) as service:
        assert service.identity.authenticate(session) is not None
        service.identity.enrolment.accept(third, "ana@home.example", PASSWORD, HERE)
        assert service.identity.authenticate(session) is None


def test_who_can_sign_in_is_not_invited_without_a_yes(shell: Shell) -> None:
    """A factor set up is something to lose: it is asked first, and no is no."""
    import pyotp

    token = shell.json("household", "found", "home", "--owner", "Ana")["invitation"]
    with Service.open(shell.home, settings=CHEAP, clock=shell.clock) as service:
        entered = service.identity.enrolment.accept(token, "ana@home.example", PASSWORD, HERE)
        uri = service.identity.factors.begin_totp(entered.token)
        secret = re.findall(r"secret=([A-Z2-7]+)", uri)[0]
        code = pyotp.TOTP(secret).at(NOW_MS // 1000)
        added = service.identity.factors.confirm_totp(entered.token, code, HERE)
    no = shell.run("household", "invite", "home", "Ana", given="n\n")
    assert (no.exit_code, "Nothing was changed." in no.stdout) == (1, True)
    assert shell.run("household", "invite", "home", "Ana").exit_code == 2
    assert "is invited" in shell.ok("household", "invite", "home", "Ana", given="y\n")
    with Service.open(shell.home, settings=CHEAP, clock=shell.clock) as service:
        assert service.identity.authenticate(added.entered.token) is not None


def test_people_come_and_go(shell: Shell) -> None:
    """A guest has an end; who is let out has no part; the last owner stays."""
    shell.ok("household", "found", "home", "--owner", "Ana")
    gran = ("household", "add-person", "home", "Gran", "--sort", "guest", "--role", "guest")
    assert shell.run(*gran).exit_code == 2
    shell.ok("household", "invite", "home", "Gran", "--role", "guest", "--until", "2026-12-01")
    assert people(shell)["Gran"]["until"] == "2026-12-01T22:59:59Z"
    assert "Gran has no part in home any more." in shell.ok("household", "let-out", "home", "gran")
    assert people(shell)["Gran"]["role"] is None
    assert shell.run("household", "invite", "home", "Gran").exit_code == 4
    last = shell.run("household", "let-out", "home", "Ana")
    assert (last.exit_code, "needs an owner" in last.stderr) == (6, True)
    assert shell.run("household", "add-person", "home", "X", "--right", "view").exit_code == 2


def test_a_device_deposits_until_its_token_is_ended(shell: Shell) -> None:
    """Printed once; listed by id alone; ended one by one, or all with the device."""
    shell.ok("household", "found", "home", "--owner", "Ana")
    shell.ok("household", "add-device", "home", "kitchen", "--sort", "speaker")
    shell.ok("household", "add-device", "home", "door", "--sort", "camera")
    token = ("household", "device-token", "home", "kitchen")
    first, second = shell.json(*token), shell.json(*token)
    knock = Client(address="192.0.2.50", door=Door.DEVICE)
    with Service.open(shell.home, settings=CHEAP, clock=shell.clock) as service:
        grant = service.identity.tokens.authenticate(first["token"], knock)
        assert grant.device_id == first["device"]
    listed = shell.ok(*token, "--list")
    assert (first["id"] in listed, first["token"] in listed) == (True, False)
    other = ("household", "device-token", "home", "door", "--revoke", first["id"])
    assert shell.run(*other).exit_code == 4
    shell.ok(*token, "--revoke", first["id"])
    assert [each["id"] for each in shell.json(*token, "--list")["tokens"]] == [second["id"]]
    assert shell.run(*token, "--list", "--revoke", second["id"]).exit_code == 2
    shell.ok("household", "revoke-device", "home", "kitchen")
    assert shell.ok(*token, "--list") == "It has none.\n"
    assert shell.run(*token).exit_code == 4


def test_only_whom_the_operator_vouches_for_is_a_guardian(shell: Shell) -> None:
    """A child has one, a grown-up has none; ended, it is ended."""
    shell.ok("household", "found", "home", "--owner", "Ana")
    shell.ok("household", "add-person", "home", "Mia", "--sort", "child")
    vouch = ("household", "verify-guardian", "home")
    assert shell.run(*vouch, "Ana", "Mia", "--proof", "operator").exit_code == 2
    assert shell.run(*vouch, "Mia", "Ana").exit_code == 2
    assert shell.run("household", "end-guardian", "home", "Mia", "Ana").exit_code == 4
    shell.ok(*vouch, "Mia", "Ana", "--proof", "operator")
    consent = ("policy", "explain", "home", "--person", "Mia", "--as", "Ana", "--verb", "consent")
    token = shell.json("household", "invite", "home", "Ana")["invitation"]
    accept(shell, token)
    asked = (*consent, "--purpose", "owner-view")
    facts = shell.json(*asked)["asked"][0]["facts"]
    assert facts["subject_is_ward"]
    shell.ok("household", "end-guardian", "home", "Mia", "Ana")
    assert not shell.json(*asked)["asked"][0]["facts"]["subject_is_ward"]


def test_the_notices_in_force_are_listed_and_read(shell: Shell) -> None:
    """As people are shown them, with the hash that the ledger has."""
    said = shell.ok("household", "notices")
    assert re.search(r"children +1 +use", said)
    assert "# To a parent or guardian" in shell.ok("household", "notices", "--read", "children")
    assert len(shell.json("household", "notices")["notices"][0]["text_sha256"]) == 64


@pytest.mark.parametrize(
    "words",
    [
        ("show", "elsewhere"),
        ("invite", "home", "Nobody"),
        ("device-token", "home", "nothing"),
        ("revoke-device", "home", "nothing"),
        ("verify-guardian", "home", "Nobody", "Ana", "--proof", "operator"),
        ("add-person", "elsewhere", "Leo"),
    ],
)
def test_what_is_not_there_is_said_to_be_unknown(shell: Shell, words: Sequence[str]) -> None:
    """With the next command to type, and no name in the message."""
    shell.ok("household", "found", "home", "--owner", "Ana")
    refused = shell.run("household", *words)
    assert refused.exit_code == 4
    assert "`bailee" in refused.stderr
    assert "Nobody" not in refused.stderr


def test_a_name_that_is_taken_founds_nothing(shell: Shell) -> None:
    """There is one household of a name."""
    shell.ok("household", "found", "home", "--owner", "Ana")
    taken = shell.run("household", "found", "home", "--owner", "Leo")
    assert (taken.exit_code, "Choose another." in taken.stderr) == (6, True)


def test_what_was_kept_before_opens_again_when_its_people_are_added(
    shell: Shell, talk: Path
) -> None:
    """Founding closes whom nobody described; adding them by the same name opens it."""
    (recording,) = shell.deposit(talk)
    out = ("release", recording, "--purpose", "owner-view", "--out", shell.folder / "out.wav")
    shell.ok("household", "found", "home", "--owner", "Ana")
    refused = shell.run(*out)
    assert (refused.exit_code, "parental-consent" in refused.stderr) == (3, True)
    shell.ok("household", "add-person", "home", "Leo")
    shell.ok(*out)


def test_without_the_servers_parts_it_says_what_to_install(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The rest of bailee works without them."""
    real = builtins.__import__
    ours = [name for name in sys.modules if name.startswith(("bailee.api", "bailee.cli.househ"))]
    for name in [*ours, "bailee.cli.served", "apprise"]:
        monkeypatch.delitem(sys.modules, name, raising=False)
    for name in [each for each in sys.modules if each.startswith("bailee.household.messages.app")]:
        monkeypatch.delitem(sys.modules, name)

    def without(
        name: str,
        globals: Mapping[str, object] | None = None,  # noqa: A002 - as `__import__` has it
        locals: Mapping[str, object] | None = None,  # noqa: A002 - the same
        fromlist: Sequence[str] = (),
        level: int = 0,
    ) -> Any:
        if name == "apprise":
            raise ModuleNotFoundError("No module named 'apprise'", name="apprise")
        return real(name, globals, locals, fromlist, level)

    monkeypatch.setattr(builtins, "__import__", without)
    refused = shell.run("household", "show", "home")
    assert refused.exit_code == 2
    assert "pip install 'bailee[server]'" in refused.stderr
    assert shell.run("household", "--help").exit_code == 0
