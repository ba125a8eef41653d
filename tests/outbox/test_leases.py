"""Leases: any process may deliver, none delivers what another is at, and nothing is lost."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from engine.outbox import queue
from engine.outbox.queue import Lane, Outcome
from engine.store.database import Database
from tests.outbox.post import Post
from tests.outbox.receiving import Taken, receiver

SENDER = """\
import sys
from tests.outbox.post import Post
from engine.store.database import Database
post = Post(Database(sys.argv[1]))
post.deliver()
"""
ROOT = Path(__file__).parents[2]


def test_several_couriers_deliver_nothing_twice(database: Database) -> None:
    post = Post(database)
    with receiver() as found, receiver() as other:
        post.hook(found.url)
        post.hook(other.url, "coupon.pending")
        for n in range(60):
            post.announce(f"subject {n % 20}", data={"n": n})
        with ThreadPoolExecutor(4) as pool:
            couriers = [post.courier() for _ in range(4)]
            done = list(pool.map(lambda courier: courier.deliver(), couriers))
        post.deliver()
    assert sum(each.delivered for each in done) <= 60
    assert post.waiting() == 0
    counts = Counter(each.id for each in found.taken)
    assert (len(counts), max(counts.values())) == (60, 1)
    assert other.taken == []
    for subject in range(20):
        told = [each.said["data"]["n"] for each in found.taken]
        assert [n for n in told if n % 20 == subject] == [subject, subject + 20, subject + 40]


def test_what_is_leased_is_nobody_elses_until_the_lease_runs_out(database: Database) -> None:
    post = Post(database)
    with receiver() as found:
        hook = post.hook(found.url)
    post.announce("one")
    lane = Lane("acme", "webhook", hook.id)
    first = database.write(lambda tx: queue.take(tx, lane, post.now))
    assert first is not None
    assert database.write(lambda tx: queue.take(tx, lane, post.now)) is None
    with database.read() as tx:
        assert queue.lanes(tx, "acme", post.now, mail=True) == []
    post.later(queue.LEASES["webhook"] / 1_000_000)
    second = database.write(lambda tx: queue.take(tx, lane, post.now))
    assert second is not None
    assert (second.id, second.lease == first.lease) == (first.id, False)
    # The first comes back late: the message is not its own any more.
    late = Outcome("it failed")
    database.write(lambda tx: queue.settle(tx, lane, first, late, post.now))
    assert post.rows("SELECT tries, lease FROM outbox") == [(0, second.lease)]
    database.write(lambda tx: queue.settle(tx, lane, second, Outcome(), post.now))
    assert post.waiting() == 0


def test_messages_are_in_the_order_of_commits_whatever_clocks_say(database: Database) -> None:
    post = Post(database)
    post.hook("mailto:ops@acme.example")
    for seconds in (0, -60, 30, -90):
        post.later(seconds)
        post.announce("one", data={"seconds": seconds})
    rows = post.rows("SELECT body FROM outbox ORDER BY message")
    assert ['"seconds":0' in rows[0][0], '"seconds":-90' in rows[3][0]] == [True, True]
    assert '"seconds":-60' in rows[1][0]


@pytest.mark.parametrize("moment", ["before the answer", "after the answer"])
def test_a_courier_killed_in_mid_delivery_loses_nothing(database_url: str, moment: str) -> None:
    from engine.store.upgrade import ensure

    database = Database(database_url)
    ensure(database)
    reached, let_go = threading.Event(), threading.Event()

    def answer(_: Taken) -> int:
        if len(found.taken) == 3:
            reached.set()
            if moment == "before the answer":
                let_go.wait(20)
        return 200

    post = Post(database)
    with receiver(answer) as found:
        post.hook(found.url)
        for n in range(6):
            post.announce(str(n), data={"n": n})
        killed = _sender(database_url)
        assert reached.wait(30)
        os.kill(killed.pid, signal.SIGKILL)
        killed.wait()
        let_go.set()
        post.later(queue.LEASES["webhook"] / 1_000_000 + 1)
        post.deliver()
    assert post.waiting() == 0
    counts = Counter(each.said["data"]["n"] for each in found.taken)
    assert set(counts) == set(range(6))
    assert max(counts.values()) <= 2
    database.close()


def _sender(url: str) -> subprocess.Popen[bytes]:
    """A process that delivers."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.Popen([sys.executable, "-c", SENDER, url], cwd=ROOT, env=environment)  # noqa: S603
