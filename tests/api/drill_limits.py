"""What a name that is tried too often is told, at each server of a vault in turn."""

from collections.abc import Iterator
from typing import Any

from api.drill_wire import Answer, Wires

_ENOUGH_TO_ALARM = 60
_TRIES = 6


def networks() -> Iterator[str]:
    """Addresses, each of a network that no bot and nobody else of a drill has."""
    for each in range(10_000):
        yield f"127.{210 + each // 250}.{each % 250}.1"


async def alarm(wires: Wires, hosts: Iterator[str]) -> None:
    """Enough failures of many names, each from its own network, for limits to be tight."""
    for each in range(_ENOUGH_TO_ALARM):
        await _both(wires, next(hosts), f"other{each}")


async def tried(wires: Wires, hosts: Iterator[str]) -> list[str]:
    """The answers to one name with made-up codes, each time from another network; then to a
    password alone, with another name."""
    said = [await _both(wires, next(hosts), "tried") for _ in range(_TRIES)]
    async with wires.dial(next(hosts)) as wire:
        pair = {"name": "alone@mail.example", "password": "leaked words"}
        said.append(await wire.ask("POST", "/v1/sign-in", pair))
    return [_words(each) for each in said]


async def _both(wires: Wires, host: str, name: str) -> Answer:
    asked = {"name": f"{name}@mail.example", "password": "leaked words", "code": "123456"}
    async with wires.dial(host) as wire:
        return await wire.ask("POST", "/v1/sign-in", asked)


def _words(answer: Answer) -> str:
    body: Any = answer.body
    waits = "" if answer.retry_after_s is None else f" {answer.retry_after_s} s"
    return str(body.get("type", body)).rsplit("/", 1)[-1] + waits
