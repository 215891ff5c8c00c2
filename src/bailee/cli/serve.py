"""`bailee serve`: the doors for people's devices and programs, and all that happens by itself."""

import socket
from functools import partial
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

import click

from bailee.api import logs
from bailee.api.app import DoorSettings
from bailee.api.certificate import names_in
from bailee.api.server import Certificate, Listen, Running, open_socket
from bailee.api.service import Service
from bailee.api.voice_settings import EMBEDDED, VoiceSettings, check_recogniser
from bailee.cli.desk import Desk
from bailee.cli.listening import home_assistant_at, phrases_given
from bailee.cli.options import common
from bailee.cli.tls import FOLDER
from bailee.cli.tls_files import TlsFolder
from bailee.custody.config import read_config
from bailee.errors import InputError
from bailee.identity import Settings
from bailee.web import Tiles, create_site
from bailee.web.door import first_house

FILE = click.Path(path_type=Path)


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen at.")
@click.option("--port", type=click.IntRange(0, 65535), default=8443, show_default=True)
@click.option(
    "--origin",
    "origins",
    multiple=True,
    metavar="URL",
    help="What people type to get here, such as https://home.lan:8443; may be repeated. Passkeys "
    "belong to the first one's name: changing it later ends them.",
)
@click.option("--tls", "own_tls", is_flag=True, help="With the certificate of `bailee tls`.")
@click.option("--cert", type=FILE, help="With a certificate of your own: its chain, in PEM.")
@click.option("--key", type=FILE, help="Its key, in PEM.")
@click.option(
    "--behind-proxy",
    is_flag=True,
    help="A reverse proxy on this machine stands before it, and says who asks.",
)
@click.option(
    "--home-network",
    "home_networks",
    multiple=True,
    metavar="CIDR",
    help="A network of the house, such as 192.168.1.0/24; may be repeated.",
)
@click.option(
    "--metrics-network",
    "metrics_networks",
    multiple=True,
    metavar="CIDR",
    help="Who may have /metrics beside this machine; may be repeated.",
)
@click.option(
    "--breached-file",
    type=FILE,
    help="Passwords that leaked: SHA-1 hashes, sorted, as Have I Been Pwned publishes them.",
)
@click.option(
    "--tiles", type=FILE, help="A folder of map tiles of your own, zoom/x/y.png, for the places."
)
@click.option(
    "--recogniser",
    default=EMBEDDED,
    show_default=True,
    metavar="WHICH",
    help="Who hears what is said at listening endpoints: embedded; whisper:FOLDER or "
    "vosk:LANGUAGE:FOLDER with a model of yours; or another Wyoming service, tcp://HOST:PORT, which "
    "is passed the sound.",
)
@click.option(
    "--home-assistant",
    metavar="URL",
    help="Hand on to Home Assistant's conversation what is not for bailee to answer.",
)
@click.option(
    "--home-assistant-token",
    type=FILE,
    help="A file with a long-lived access token of it, readable by you alone.",
)
@click.option(
    "--home-assistant-ca",
    type=FILE,
    help="The certificate, PEM, of whoever signed Home Assistant's, where this machine does not "
    "know them.",
)
@click.option(
    "--phrases",
    multiple=True,
    metavar="LANGUAGE=FILE",
    help="Your own phrases for a language, in place of bailee's; may be repeated.",
)
@click.option(
    "--every-sound",
    is_flag=True,
    help="Also listen to satellites without a wake word: to all that is said near them.",
)
@click.option("--policies", type=FILE, help="Your own policies, in Cedar, beside bailee's.")
@click.option(
    "--insecure-beyond-loopback",
    is_flag=True,
    help="Without TLS, though others on the network can then read everything.",
)
@common
def serve(
    desk: Desk,
    *,
    host: str,
    port: int,
    origins: tuple[str, ...],
    own_tls: bool,
    cert: Path | None,
    key: Path | None,
    behind_proxy: bool,
    home_networks: tuple[str, ...],
    metrics_networks: tuple[str, ...],
    breached_file: Path | None,
    tiles: Path | None,
    recogniser: str,
    home_assistant: str | None,
    home_assistant_token: Path | None,
    home_assistant_ca: Path | None,
    phrases: tuple[str, ...],
    every_sound: bool,
    policies: Path | None,
    insecure_beyond_loopback: bool,
) -> None:
    """Open the doors for people, devices and programs, and let happen what must: until Ctrl-C.

    By itself only this machine can reach it. For phones in the house it needs TLS:

      bailee tls --name home.lan
      bailee serve --host 0.0.0.0 --tls

    It expires, rotates, cleans up and sends messages in the background. Its log is on standard
    error, a line of JSON an event, and names nobody.
    """
    read_config(desk.home)  # says how to make a vault where there is none
    certificate = _certificate(desk, own_tls=own_tls, cert=cert, key=key)
    listen = Listen(
        host=host, port=port, certificate=certificate, insecure=insecure_beyond_loopback
    )
    rules = _text_of(policies, "--policies")
    if breached_file is not None and not breached_file.is_file():
        raise InputError(f"--breached-file: there is no file {breached_file}.")
    ground = None if tiles is None else Tiles.of(tiles)
    voice = VoiceSettings(
        recogniser=recogniser,
        home_assistant=home_assistant_at(home_assistant, home_assistant_token, home_assistant_ca),
        phrases=phrases_given(phrases),
        every_sound=every_sound,
        insecure=insecure_beyond_loopback,
    )
    check_recogniser(recogniser)
    with open_socket(listen) as listening:
        known = _origins(listen, listening.getsockname()[1], origins)
        settings = Settings(origins=known, rp_id=_rp_id(known), breached_file=breached_file)
        doors = DoorSettings(
            home_networks=home_networks,
            behind_proxy=behind_proxy,
            metrics_networks=metrics_networks,
        )
        logs.to_stream()
        with Service.open(
            desk.home, settings=settings, clock=desk.clock, policies=rules, voice=voice
        ) as service:
            running = Running(
                service=service,
                listening=listening,
                listen=listen,
                settings=doors,
                create=partial(create_site, tiles=ground),
            )
            running.run(lambda: _tell(desk, service, known, listening))


def _certificate(
    desk: Desk, *, own_tls: bool, cert: Path | None, key: Path | None
) -> Certificate | None:
    if own_tls and (cert or key):
        raise InputError("--tls has its own certificate; leave out --cert and --key.")
    if own_tls:
        folder = TlsFolder(desk.home / FOLDER)
        return Certificate(chain=folder.server, key=folder.server_key)
    if (cert is None) != (key is None):
        raise InputError("--cert and --key go together.")
    return None if cert is None or key is None else Certificate(chain=cert, key=key)


def _text_of(path: Path | None, option: str) -> str:
    if path is None:
        return ""
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{option}: {path} cannot be read.") from error


def _origins(listen: Listen, port: int, given: tuple[str, ...]) -> tuple[str, ...]:
    """What was given; else what fits where it listens."""
    if given:
        return tuple(_origin(each) for each in given)
    if listen.certificate is not None:
        names = names_in(listen.certificate.chain)
        return tuple(_spelled("https", name, port) for name in names)
    if listen.is_loopback:
        return (_spelled("http", "localhost", port),)
    if listen.host in {"0.0.0.0", "::"}:  # noqa: S104 - only compared
        raise InputError(
            "Say what people type to get here.", hint="Such as --origin http://192.168.1.5:8443."
        )
    return (_spelled("http", listen.host, port),)


def _spelled(scheme: str, host: str, port: int) -> str:
    usual = port == {"http": 80, "https": 443}[scheme]
    name = f"[{host}]" if ":" in host else host
    return f"{scheme}://{name}" if usual else f"{scheme}://{name}:{port}"


def _origin(text: str) -> str:
    """An origin as browsers write it: scheme, name, and the port where it is not the usual one."""
    wrong = InputError(
        f"--origin {text!r} is none.", hint="Write it like https://home.lan:8443, without a path."
    )
    try:
        parts = urlsplit(text.strip().rstrip("/").lower())
        port = parts.port
    except ValueError:
        raise wrong from None
    extra = parts.path or parts.query or parts.fragment or "@" in parts.netloc
    if parts.scheme not in {"http", "https"} or not parts.hostname or extra:
        raise wrong
    return _spelled(parts.scheme, parts.hostname, port or {"http": 80, "https": 443}[parts.scheme])


def _rp_id(origins: tuple[str, ...]) -> str:
    """The first origin's name (WebAuthn §5.1.2); an address can have no passkeys."""
    names = [urlsplit(each).hostname or "" for each in origins]
    for name in names:
        try:
            ip_address(name)
        except ValueError:
            return name
    return names[0]


def _tell(desk: Desk, service: Service, origins: tuple[str, ...], listening: socket.socket) -> None:
    host, port = listening.getsockname()[:2]
    link = ""
    if first_house.standing(service).is_fresh:
        link = f"{origins[0]}/set-up#{service.identity.set_up_code.show()}"
    told = {"origins": list(origins), "home": str(desk.home), "host": host, "port": port}
    desk.answer(
        told | ({"set_up": link} if link else {}),
        [
            f"bailee serves {desk.home} at {origins[0]}.",
            *(f"  Also {each}" for each in origins[1:]),
            f"It listens at {host}, port {port}: {_reach(host)}.",
            *(["Nobody lives here yet. Set it up:", f"  {link}"] if link else []),
            "Ctrl-C ends it.",
        ],
    )


def _reach(host: str) -> str:
    if ip_address(host).is_loopback:
        return "this machine alone reaches it"
    return "whoever is on its network reaches it"
