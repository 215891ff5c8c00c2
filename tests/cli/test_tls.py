"""A certificate for the house: devices that trust its authority reach this server, and no other."""

import re
import socket
import ssl
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from threading import Thread

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from bailee.cli.authority import PRIVATE, Place, new_authority, new_key, new_server
from cli.shell import Shell

HOUSE = ("tls", "--name", "home.lan", "--address", "192.168.1.5", "--address", "fd00::5")
FILES = ("authority.key", "authority.pem", "server.key", "server.pem")


def greeted(chain: Path, key: Path, authority: Path, name: str) -> bool:
    """Whether a client that trusts *authority* and types *name* accepts a server's certificate,
    over a real connection."""
    shows = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    shows.load_cert_chain(chain, key)
    trusts = ssl.create_default_context(cafile=authority)
    ours, theirs = socket.socketpair()

    def answer() -> None:
        try:
            with shows.wrap_socket(theirs, server_side=True) as secure:
                secure.recv(1)
        except OSError:
            pass  # the client went away, as it should from a server it does not trust

    server = Thread(target=answer)
    server.start()
    try:
        with trusts.wrap_socket(ours, server_hostname=name) as secure:
            secure.send(b"x")
            accepted = True
    except ssl.SSLCertVerificationError:
        accepted = False
    finally:
        ours.close()
        server.join()
        theirs.close()
    return accepted


def certificate(path: Path) -> x509.Certificate:
    return x509.load_pem_x509_certificates(path.read_bytes())[0]


def test_who_trusts_the_authority_reaches_the_server_by_its_names(today: Shell) -> None:
    """By name and by address; by no other name."""
    said = today.ok(*HOUSE)
    folder = today.home / "tls"
    files = (folder / "server.pem", folder / "server.key", folder / "authority.pem")
    for name in ("home.lan", "192.168.1.5", "fd00::5"):
        assert greeted(*files, name)
    for name in ("other.lan", "192.168.1.6"):
        assert not greeted(*files, name)
    shown = certificate(folder / "authority.pem").fingerprint(hashes.SHA256()).hex().upper()
    printed = "".join(re.findall(r"^  ((?:[0-9A-F]{2}:?){16})$", said, re.MULTILINE))
    assert printed.replace(":", "") == shown
    assert "Certificate Trust Settings" in said
    assert "update-ca-certificates" in said


def test_nobody_but_its_owner_reads_the_files(today: Shell) -> None:
    """Mode 0600, in a folder of mode 0700; the vault is as sound as before."""
    today.ok(*HOUSE)
    folder = today.home / "tls"
    assert sorted(each.name for each in folder.iterdir()) == sorted(FILES)
    assert {each.stat().st_mode & 0o777 for each in folder.iterdir()} == {0o600}
    assert folder.stat().st_mode & 0o777 == 0o700
    today.ok("fsck", "--deep")


def test_a_renewal_keeps_the_authority_and_the_names(today: Shell) -> None:
    """Phones go on trusting it; the certificate alone is fresh, for 397 days."""
    first = today.json(*HOUSE)
    before = {name: (today.home / "tls" / name).read_bytes() for name in FILES}
    today.clock.advance(days=300)
    again = today.json("tls")
    assert again["fingerprint_sha256"] == first["fingerprint_sha256"]
    assert (again["names"], again["addresses"]) == (["home.lan"], ["192.168.1.5", "fd00::5"])
    assert again["expires_ms"] - first["expires_ms"] == 300 * 86_400_000
    after = {name: (today.home / "tls" / name).read_bytes() for name in FILES}
    assert [name for name in FILES if before[name] != after[name]] == ["server.pem"]
    found = certificate(today.home / "tls" / "server.pem")
    assert found.not_valid_after_utc - found.not_valid_before_utc == timedelta(days=397)


def test_another_name_under_ours_is_added_and_a_foreign_one_is_not(today: Shell) -> None:
    """The authority was made for home.lan: cameras.home.lan is its; a bank never is."""
    today.ok(*HOUSE)
    added = today.json("tls", "--name", "home.lan", "--name", "cameras.home.lan")
    assert added["names"] == ["home.lan", "cameras.home.lan"]
    before = certificate(today.home / "tls" / "authority.pem")
    refused = today.run("tls", "--name", "bank.example")
    assert refused.exit_code == 6
    assert "--anew" in refused.stderr
    assert today.json("tls")["names"] == ["home.lan", "cameras.home.lan"]
    assert today.json("tls", "--name", "bank.example", "--anew")["names"] == ["bank.example"]
    assert certificate(today.home / "tls" / "authority.pem") != before


@pytest.mark.parametrize(
    "place",
    [
        Place(names=("bank.example",), addresses=()),
        Place(names=("home.lan.example",), addresses=()),
        Place(names=(), addresses=(ip_address("203.0.113.9"),)),
    ],
    ids=["another name", "a name that only begins like ours", "a public address"],
)
def test_a_stolen_authority_passes_for_nobody_else(
    tmp_path: Path, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What its key signs for other names, devices that trust it refuse: the constraints are in
    the certificate, and not in our manners."""
    now = datetime.now(UTC)
    root_key, key = new_key(), new_key()
    root = new_authority(root_key, Place(names=("home.lan",), addresses=()), now)
    monkeypatch.setattr("bailee.cli.authority.require_within", lambda *_: None)
    forged = new_server(root, root_key, key, place, now)
    files = _written(tmp_path, root, forged, key)
    name = place.names[0] if place.names else str(place.addresses[0])
    assert not greeted(*files, name)


def _written(
    folder: Path, root: x509.Certificate, server: x509.Certificate, key: ec.EllipticCurvePrivateKey
) -> tuple[Path, Path, Path]:
    chain, secret, trusted = folder / "c.pem", folder / "k.pem", folder / "a.pem"
    chain.write_bytes(server.public_bytes(serialization.Encoding.PEM))
    trusted.write_bytes(root.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return chain, secret, trusted


def test_an_authority_without_names_vouches_for_no_name(tmp_path: Path) -> None:
    """RFC 5280 §4.2.1.10: a kind of name that no constraint speaks of would be free."""
    now = datetime.now(UTC)
    root_key = new_key()
    root = new_authority(root_key, Place(names=(), addresses=(ip_address("10.0.0.5"),)), now)
    found = root.extensions.get_extension_for_class(x509.NameConstraints)
    assert found.critical
    permitted = found.value.permitted_subtrees
    assert permitted is not None
    names = [each.value for each in permitted if isinstance(each, x509.DNSName)]
    assert names == ["invalid"]
    assert len(permitted) == len(PRIVATE) + 1


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ((), "bailee tls --name home.lan"),
        (("--name", "*.home.lan"), "no name of a server"),
        (("--name", ""), "no name of a server"),
        (("--name", "192.168.1.5"), "--address"),
        (("--address", "home.lan"), "no address"),
        (("--address", "203.0.113.9"), "public authority"),
        (("--name", "x" * 64 + ".lan"), "no name of a server"),
    ],
)
def test_what_cannot_be_certified_is_said(shell: Shell, words: tuple[str, ...], says: str) -> None:
    """In words that say what to type; nothing is made."""
    refused = shell.run("tls", *words)
    assert refused.exit_code == 2
    assert says in refused.stderr
    assert not (shell.home / "tls").exists()


def test_a_name_in_any_script_is_written_as_browsers_ask_for_it(shell: Shell) -> None:
    """IDNA, in small letters, once."""
    made = shell.json("tls", "--name", "Küche.lan", "--name", "küche.LAN.")
    assert made["names"] == ["xn--kche-0ra.lan"]


def _cut_short(name: str) -> Callable[[Path], None]:
    return lambda folder: (folder / name).unlink()


@pytest.mark.parametrize("name", FILES)
def test_what_a_crash_left_is_mended_by_the_next_run(today: Shell, name: str) -> None:
    """Whichever file is missing: at the end all four fit each other again."""
    today.ok(*HOUSE)
    _cut_short(name)(today.home / "tls")
    today.ok(*HOUSE)
    folder = today.home / "tls"
    files = (folder / "server.pem", folder / "server.key", folder / "authority.pem")
    assert greeted(*files, "home.lan")


@pytest.mark.parametrize("name", FILES)
def test_a_damaged_file_is_evidence(today: Shell, name: str) -> None:
    """Never taken for a missing one: it says which, and how to begin anew."""
    today.ok(*HOUSE)
    (today.home / "tls" / name).write_bytes(b"-----BEGIN NOTHING-----\n")
    refused = today.run("tls")
    assert refused.exit_code == 7
    assert f"tls/{name}" in refused.stderr
    assert "--anew" in refused.stderr
    assert today.json(*HOUSE, "--anew")["names"] == ["home.lan"]


def test_an_authority_whose_time_is_over_says_so(today: Shell) -> None:
    """It vouches for nothing beyond its own last day."""
    today.ok(*HOUSE)
    today.clock.advance(days=3600)
    made = today.json("tls")
    assert made["expires_ms"] == made["authority_expires_ms"]
    today.clock.advance(days=100)
    refused = today.run("tls")
    assert (refused.exit_code, "--anew" in refused.stderr) == (6, True)
