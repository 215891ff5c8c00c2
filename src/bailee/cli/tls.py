"""`bailee tls`: an authority of the house, a certificate for its server, and who trusts them how."""

from pathlib import Path

import click
from cryptography import x509

from bailee.cli import authority as made
from bailee.cli import say
from bailee.cli.authority import Place
from bailee.cli.desk import Desk
from bailee.cli.options import common
from bailee.cli.tls_files import TlsFolder
from bailee.cli.tls_words import how_to_trust
from bailee.clock import to_datetime, to_ms
from bailee.custody.config import read_config
from bailee.errors import InputError

FOLDER = "tls"


@click.command()
@click.option("--name", "names", multiple=True, help="What people type: home.lan. May be repeated.")
@click.option(
    "--address", "addresses", multiple=True, help="An address at home: 192.168.1.5. The same."
)
@click.option("--anew", is_flag=True, help="Begin with another authority; devices trust it anew.")
@common
def tls(desk: Desk, *, names: tuple[str, ...], addresses: tuple[str, ...], anew: bool) -> None:
    """Make a certificate for the house, and say how phones and browsers come to trust it.

    Passkeys, and checking receipts on a page, need it. The authority it makes can vouch for the
    names you give and for addresses at home, and for nothing else. Repeat the command, without
    options, to renew the certificate once a year: devices that trust the house go on trusting it.

      bailee tls --name home.lan --address 192.168.1.5
      bailee serve --host 0.0.0.0 --tls
    """
    read_config(desk.home)  # says how to make a vault where there is none
    typed = made.parse_place(names, addresses)
    folder = TlsFolder(desk.home / FOLDER)
    known = None if anew else _known_place(folder)
    place = typed if typed.names or typed.addresses else known
    if place is None:
        raise InputError(
            "Say by which name or address people reach this machine.",
            hint="Such as: `bailee tls --name home.lan --address 192.168.1.5`.",
        )
    folder.make()
    if anew:
        folder.clear()
    root, server = _made(desk, folder, place)
    _tell(desk, folder, place, root, server)


def _known_place(folder: TlsFolder) -> Place | None:
    """What the server's certificate says, where there is one."""
    if not folder.server.is_file() or not folder.server_key.is_file():
        return None
    server = folder.certificate(folder.server, folder.key(folder.server_key))
    return None if server is None else made.place_of(server)


def _made(desk: Desk, folder: TlsFolder, place: Place) -> tuple[x509.Certificate, x509.Certificate]:
    """The authority, which stays, and a fresh certificate of the server.

    A crash between any two of the writes is mended by the next run.
    """
    now = to_datetime(desk.clock.now_ms())
    root_key = folder.key(folder.authority_key)
    root = folder.certificate(folder.authority, root_key)
    if root is None:
        root = made.new_authority(root_key, place, now)
        folder.write(folder.authority, root)
    server_key = folder.key(folder.server_key)
    server = made.new_server(root, root_key, server_key, place, now)
    folder.write(folder.server, server, root)
    return root, server


def _tell(
    desk: Desk, folder: TlsFolder, place: Place, root: x509.Certificate, server: x509.Certificate
) -> None:
    shown = made.fingerprint(root)
    until = to_ms(server.not_valid_after_utc)
    where = [*place.names, *(str(each) for each in place.addresses)]
    desk.answer(
        {
            "names": list(place.names),
            "addresses": [str(each) for each in place.addresses],
            "authority": str(folder.authority),
            "fingerprint_sha256": shown,
            "certificate": str(folder.server),
            "key": str(folder.server_key),
            **say.moment("expires", until),
            **say.moment("authority_expires", to_ms(root.not_valid_after_utc)),
        },
        [
            f"{', '.join(where)}: good until {say.local(until)}. Renew it before: bailee tls",
            "",
            f"The house's authority: {folder.authority}",
            f"  {shown[:47]}",
            f"  {shown[48:]}",
            "",
            *how_to_trust(Path(folder.authority)),
            "",
            *([] if place.names else [_NO_PASSKEYS, ""]),
            f"Keep {folder.authority_key} to yourself: with it, others could pass for this machine.",
            "Next: bailee serve --host 0.0.0.0 --tls",
        ],
    )


_NO_PASSKEYS = "Passkeys need a name, not an address: add --name if you want them."
