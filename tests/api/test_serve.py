"""`bailee serve`, the real program: where it listens, how it ends, and two of it on one vault."""

import signal
import socket
import ssl
import subprocess
import threading
from pathlib import Path
from typing import Any

import httpx
import pytest
from click.testing import CliRunner, Result

import bailee.cli
from api.house import House, problem
from api.serving import PROGRAM, Serving
from bailee.api.server import Listen, open_socket
from bailee.cli.desk import Desk
from bailee.clock import FixedClock, SystemClock
from bailee.custody.vault import Vault
from bailee.types.role import Right, Role
from conftest import MakeDatabase


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A vault of today."""
    Vault.create(tmp_path / "vault").close()
    return tmp_path / "vault"


def told(home: Path, *words: str) -> Result:
    """`bailee serve` where it refuses to."""
    args = ["--home", str(home), "serve", *words]
    return CliRunner().invoke(bailee.cli.main, args, obj=Desk())


def test_no_answer_waits_for_its_head_to_be_acknowledged() -> None:
    """What it accepts sends at once (RFC 9293 §3.7.4's delay is off)."""
    with open_socket(Listen(port=0)) as listening:
        reader = socket.create_connection(listening.getsockname())
        taken, _ = listening.accept()
        with reader, taken:
            assert taken.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


# -- beginning and ending -------------------------------------------------------------------


def test_it_says_where_it_is_and_what_to_do_first(home: Path) -> None:
    """A newcomer reads an address and the next command to type."""
    with Serving(home) as serving:
        assert serving.http.get("/health/ready").json() == {"ready": True}
    assert f"http://localhost:{serving.port}" in serving.said[0]
    assert "this machine alone" in serving.said[1]
    assert f"http://localhost:{serving.port}/set-up#" in "\n".join(serving.said)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_in_order(home: Path, number: int) -> None:
    """It ends by itself, publishes what waits, and says so; its log is JSON to the last line."""
    with Serving(home) as serving:
        serving.http.get("/v1/ledger/checkpoint")
        serving.end(number)
    assert serving.code == 0
    assert [each["event"] for each in serving.log][:1] == ["started"]
    assert serving.log[-1]["event"] == "ended"
    with Vault.open(home) as vault:
        _, head = vault.ledger_head()
        assert head.size == vault.publish()


def test_what_is_under_way_comes_to_its_end(home: Path) -> None:
    """Told to end in the middle of a request, it answers that first, and takes no other."""
    with Serving(home) as serving, socket.create_connection(("localhost", serving.port)) as line:
        line.sendall(b"POST /v1/sign-in HTTP/1.1\r\nHost: localhost\r\nContent-Length: 40\r\n")
        line.sendall(b'Content-Type: application/json\r\n\r\n{"name": "walnut", ')
        _until_working(serving)
        ended = threading.Thread(target=serving.end, args=[signal.SIGTERM])
        ended.start()
        _until_closed(serving.port)
        line.sendall(b'"password": "walnut"}')
        found = b""
        while piece := line.recv(65_536):
            found += piece
        ended.join()
    assert found.startswith(b"HTTP/1.1 ")
    assert serving.code == 0


def _until_working(serving: Serving) -> None:
    """Until another request, sent later, was answered: the one before it is being read."""
    assert serving.http.get("/health/live").status_code == 200


def _until_closed(port: int) -> None:
    pause = threading.Event()
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            return
        pause.wait(0.05)
    pytest.fail("it still takes connections")


def test_without_a_vault_it_says_how_to_make_one(tmp_path: Path) -> None:
    """It makes none by itself: a typing error in a path is not a new home."""
    found = told(tmp_path / "nowhere")
    assert found.exit_code == 4
    assert "bailee init" in found.output
    assert not (tmp_path / "nowhere").exists()


def test_a_port_that_is_taken_is_told(home: Path) -> None:
    """What it is, and what to choose."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        found = told(home, "--port", str(taken.getsockname()[1]))
    assert found.exit_code == 8
    assert "--port" in found.output


@pytest.mark.parametrize("name", ["localhost", "127.0.0.1", "127.8.9.10", "::1"])
def test_loopback_is_known(name: str) -> None:
    """In all its spellings; nothing else is."""
    assert Listen(host=name).is_loopback


@pytest.mark.parametrize("name", ["0.0.0.0", "::", "192.168.1.5", "home.lan", "127.evil.example"])
def test_beyond_loopback_without_tls_is_refused(home: Path, name: str) -> None:
    """With the three ways to do it rightly, and the words for doing it all the same."""
    found = told(home, "--host", name)
    assert found.exit_code == 2
    for way in ("bailee tls", "--cert", "--behind-proxy", "--insecure-beyond-loopback"):
        assert way in found.output


def test_in_so_many_words_it_listens_all_the_same(home: Path) -> None:
    """Then somebody must say what people type."""
    assert "--origin" in told(home, "--host", "0.0.0.0", "--insecure-beyond-loopback").output
    origin = "http://porch.lan:8443"
    words = ("--host", "0.0.0.0", "--insecure-beyond-loopback", "--origin", origin)
    with Serving(home, *words) as serving:
        answer = serving.http.get("/health/live", headers={"Host": "porch.lan"})
        assert answer.status_code == 200
        problem(serving.http.get("/health/live", headers={"Host": "evil.example"}), 421)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--origin", "home.lan"), "--origin"),
        (("--origin", "https://home.lan/path"), "--origin"),
        (("--origin", "https://user@home.lan"), "--origin"),
        (("--cert", "a.pem"), "--key"),
        (("--cert", "a.pem", "--key", "b.pem"), "a.pem"),
        (("--tls",), "bailee tls"),
        (("--home-network", "walnuts"), "network"),
        (("--policies", "nowhere.cedar"), "nowhere.cedar"),
        (("--breached-file", "nowhere.txt"), "nowhere.txt"),
    ],
)
def test_options_that_do_not_fit_are_refused(home: Path, words: tuple[str, ...], says: str) -> None:
    """Before anything is served, with what to write instead."""
    found = told(home, "--port", "0", *words)
    assert found.exit_code == 2, found.output
    assert says in found.output


def test_policies_of_ones_own_are_checked_before_it_serves(home: Path, tmp_path: Path) -> None:
    """A file that is no policy refuses the start."""
    path = tmp_path / "own.cedar"
    path.write_text("permit everything;")
    found = told(home, "--port", "0", "--policies", str(path))
    assert found.exit_code == 2


# -- TLS ------------------------------------------------------------------------------------


def test_with_a_certificate_of_its_own_it_speaks_tls(home: Path) -> None:
    """`bailee tls`, then `--tls`: a client that trusts the authority is let in, and told to stay."""
    made = [PROGRAM, "--home", str(home), "tls", "--name", "localhost"]
    subprocess.run(made, check=True, capture_output=True)
    trusted = ssl.create_default_context(cafile=str(home / "tls" / "authority.pem"))
    with Serving(home, "--tls", verify=trusted) as serving:
        assert serving.url.startswith("https://")
        answer = serving.http.get("/health/live")
        assert answer.status_code == 200
        assert answer.headers["strict-transport-security"] == "max-age=31536000"
        assert "server" not in answer.headers
        strangers = httpx.Client(base_url=serving.url, verify=ssl.create_default_context())
        with strangers, pytest.raises(httpx.ConnectError):
            strangers.get("/health/live")
        with socket.create_connection(("localhost", serving.port)) as plain:
            plain.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
            assert not plain.recv(100).startswith(b"HTTP/1.1 2")


def test_a_certificate_that_is_none_is_told_before_it_serves(home: Path, tmp_path: Path) -> None:
    """Nonsense, or another key's: both files are named, and what they should be."""
    for name in ("chain.pem", "key.pem"):
        (tmp_path / name).write_text("walnuts")
    given = ("--cert", str(tmp_path / "chain.pem"), "--key", str(tmp_path / "key.pem"))
    found = told(home, "--port", "0", *given)
    assert found.exit_code == 2, found.output
    assert "chain.pem" in found.output
    assert "PEM" in found.output


# -- behind a proxy -------------------------------------------------------------------------


def test_behind_a_proxy_nobody_is_the_machine_itself(home: Path) -> None:
    """Who asks is what the proxy says; figures are for named networks alone."""
    origin = ("--origin", "https://home.example")
    words = ("--behind-proxy", "--metrics-network", "10.0.0.0/8", *origin)
    with Serving(home, *words) as serving:
        headers = {"Host": "home.example", "X-Forwarded-Proto": "https"}
        problem(serving.http.get("/metrics", headers=headers), 404)
        headers["X-Forwarded-For"] = "10.1.2.3"
        named = serving.http.get("/metrics", headers=headers)
        assert named.status_code == 200
        assert "strict-transport-security" in named.headers


def test_who_stands_before_it_unannounced_is_refused(home: Path) -> None:
    """A proxy on this machine that the option does not name lets nobody in as the machine."""
    with Serving(home) as serving:
        headers = {"X-Forwarded-For": "203.0.113.9"}
        problem(serving.http.get("/metrics", headers=headers), 421)


# -- two of it ------------------------------------------------------------------------------


def test_two_processes_serve_one_vault(tmp_path: Path, new_database: MakeDatabase) -> None:
    """A session of one is known in the other; what ended or was forgotten in one is so in both."""
    clock = FixedClock(SystemClock().now_ms() - 120_000)  # the story of the house takes its time
    Vault.create(tmp_path / "vault", clock=clock, database=new_database()).close()
    with House(tmp_path / "vault", clock) as house:
        ana, leo = house.ana, house.person("Leo", Role.OWNER, *Right)
        device = house.token_of(house.device())
        path = house.path
        with Serving(tmp_path / "vault") as one, Serving(tmp_path / "vault") as other:
            _both(one.http, other.http, path, ana.auth, leo.auth, device, ana.id)


def _both(
    one: httpx.Client, other: httpx.Client, path: Any, ana: Any, leo: Any, device: Any, who: str
) -> None:
    assert one.get(path(), headers=ana).status_code == 200
    assert other.get(path(), headers=ana).json() == one.get(path(), headers=ana).json()
    query = f"?kind=audio&captured_at=2026-01-01T00:00:00Z&person={who}"
    made = one.post(path(f"/recordings{query}"), headers=device, content=b"walnuts").json()
    shown = path(f"/recordings/{made['recording']}")
    assert other.get(shown, headers=ana).status_code == 200
    assert other.get(f"{shown}/content", headers=ana).content == b"walnuts"
    asked = other.post(path("/erasures"), headers=ana, json={"recordings": [made["recording"]]})
    assert asked.status_code == 202, asked.text
    problem(one.get(f"{shown}/content", headers=ana), 410)
    assert one.delete("/v1/session", headers=leo).status_code == 204
    problem(other.get(path(), headers=leo), 401)


def test_without_its_extra_it_says_what_to_install(home: Path) -> None:
    """The one line to type, not a traceback."""
    hidden = "import sys; sys.modules['uvicorn'] = None; import bailee.cli; bailee.cli.main()"
    python = Path(PROGRAM).with_name("python")
    done = subprocess.run(
        [str(python), "-c", hidden, "--home", str(home), "serve"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "pip install 'bailee[server]'" in done.stderr
