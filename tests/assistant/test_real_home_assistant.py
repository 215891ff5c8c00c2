"""A real Home Assistant (2024.3.3), with its conversation and without all else, is handed on to."""

import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bailee.assistant.home_assistant import Failure, HomeAssistant, parse_address
from bailee.clock import FixedClock
from support.peers import peer
from support.vaults import NOW_MS

ALONE = """
import asyncio, sys
from datetime import timedelta
from homeassistant import auth, bootstrap, config_entries, loader
from homeassistant.auth.models import TOKEN_TYPE_LONG_LIVED_ACCESS_TOKEN
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component

config = {
    "http": {"server_host": ["127.0.0.1"], "server_port": int(sys.argv[2])},
    "conversation": {"intents": {"Pantry": ["what is in the pantry"]}},
    "intent_script": {"Pantry": {"speech": {"text": "Two jars of honey"}}},
}

async def main():
    home = HomeAssistant(sys.argv[1])
    loader.async_setup(home)
    home.config_entries = config_entries.ConfigEntries(home, config)
    await bootstrap.async_load_base_functionality(home)
    home.auth = await auth.auth_manager_from_config(home, [], [])
    for name in ("homeassistant", "http", "api", "intent_script", "conversation"):
        assert await async_setup_component(home, name, config), name
    await home.async_start()
    ana = await home.auth.async_create_user("Ana", group_ids=["system-admin"])
    lasting = await home.auth.async_create_refresh_token(
        ana,
        client_name="bailee",
        token_type=TOKEN_TYPE_LONG_LIVED_ACCESS_TOKEN,
        access_token_expiration=timedelta(days=3650),
    )
    print(home.auth.async_create_access_token(lasting), flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.readline)
    await home.async_stop(force=True)

asyncio.run(main())
"""


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        port: int = found.getsockname()[1]
    return port


@contextmanager
def home_assistant(folder: Path, port: int) -> Iterator[str]:
    """One that runs until the end; its long-lived token."""
    python = str(peer("homeassistant") / "python")
    with subprocess.Popen(
        [python, "-c", ALONE, str(folder), str(port)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as running:
        assert running.stdout is not None
        yield running.stdout.readline().strip()


@pytest.mark.long
def test_the_real_one_answers_and_is_told_apart_where_it_does_not(tmp_path: Path) -> None:
    """A sentence of its own is answered; one that it does not know is not; a wrong token is told."""
    port = free_port()
    failures: list[Failure] = []

    def ask(text: str, token: str) -> str | None:
        at = parse_address(f"http://127.0.0.1:{port}")
        clock = FixedClock(NOW_MS)
        return HomeAssistant(at=at, token=token, clock=clock, failed=failures.append)(text, "en")

    with home_assistant(tmp_path, port) as token:
        assert ask("what is in the pantry", token) == "Two jars of honey"
        assert ask("sing me a song of walnuts", token) is None
        assert failures == []
        assert ask("what is in the pantry", "another") is None
        assert failures == [Failure.REFUSED]
    assert ask("what is in the pantry", token) is None
    assert failures[1:] == [Failure.UNREACHABLE]
