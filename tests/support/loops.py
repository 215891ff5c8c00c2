"""Coroutines in tests: an event loop in a thread of its own.

The browser's driver keeps an event loop running in the thread of the tests, where `asyncio.run`
then refuses to begin another.
"""

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

Result = TypeVar("Result")


def run(coroutine: Coroutine[Any, Any, Result]) -> Result:
    """What *coroutine* returns; its error is raised here."""
    with ThreadPoolExecutor(1, thread_name_prefix="loop") as thread:
        return thread.submit(asyncio.run, coroutine).result()  # noqa: TID251
