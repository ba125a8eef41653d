"""Threads take turns, and lend theirs while they wait."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from engine.store import upgrade
from engine.store.database import Database
from engine.store.statements import insertion
from engine.store.tables import NUMBERS
from engine.store.turns import Turns


def test_one_runs_while_others_wait() -> None:
    turns, running, most = Turns(), 0, 0

    def run(_: int) -> None:
        nonlocal running, most
        with turns:
            running += 1
            most = max(most, running)
            running -= 1

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(run, range(200)))
    assert most == 1


def test_a_turn_is_lent_while_its_thread_waits() -> None:
    turns, other_ran = Turns(), threading.Event()

    def other() -> None:
        with turns:
            other_ran.set()

    with ThreadPoolExecutor(1) as threads, turns:
        waiting = threads.submit(other)
        assert not other_ran.wait(0.05)
        with turns.aside():
            assert other_ran.wait(20)
        waiting.result(20)


def test_who_has_no_turn_steps_aside_for_nobody() -> None:
    turns = Turns()
    with turns.aside(), turns:
        pass


def test_writers_who_take_turns_wait_for_each_other_without_end(tmp_path: Path) -> None:
    store = Database(f"sqlite:///{tmp_path / 'coupon.db'}")
    upgrade.ensure(store)
    add = insertion(NUMBERS)

    def write(number: int) -> int:
        with store.turns:
            return store.write(
                lambda tx: tx.run(add, space="acme", series=f"s{number}", last=number),
                alone=number % 5 == 0,
            )

    with ThreadPoolExecutor(12) as threads:
        assert sum(threads.map(write, range(200))) == 200
    store.close()
