"""What one of many partners does that want to activate the same codes."""

from __future__ import annotations

import random
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from itertools import chain
from multiprocessing import get_context

from tests.trials.clients import Client

LINES = 25
"""So many codes are named by one request."""


def by_many(processes: int, port: int, token: str, codes: list[str]) -> list[str]:
    """What many processes say which all want to activate all codes, each on its own accounts."""
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        said = pool.map(partial(activate, port, token, codes), range(processes))
        return list(chain.from_iterable(said))


def activate(port: int, token: str, codes: list[str], number: int) -> list[str]:
    """The outcomes of all codes, in an order of this process's own."""
    shuffled = random.Random(number).sample(codes, len(codes))  # noqa: S311 - no secret
    caller = Client(port, token)
    said = []
    for start in range(0, len(codes), LINES):
        said += step(caller, shuffled[start : start + LINES], number)
    caller.close()
    return said


def step(caller: Client, codes: list[str], number: int) -> list[str]:
    """The outcomes of some codes, each on an account of this process."""
    lines = [{"code": code, "account": f"acc-{number}-{code}"} for code in codes]
    answer = caller.ask("POST", "/v1/inventory/activate", {"lines": lines}, f"{number}-{codes[0]}")
    assert answer.status == 200, answer
    return [each["outcome"] for each in answer.body["lines"]]
