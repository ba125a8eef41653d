"""The courier: one space's mistakes, slow receivers and hanging name servers stop nobody else."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from engine.outbox import courier, delivering
from engine.outbox.calling import Telephone, Unreached
from engine.outbox.workers import Workers
from engine.service.office import Office
from tests.outbox.post import HERE, ME, QUICK, Post
from tests.outbox.receiving import Taken, mailbox, receiver


@pytest.fixture
def bad(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A space that comes first and where nothing can be announced; who was asked to announce."""
    asked: list[str] = []

    def announce(office: Office) -> None:
        asked.append(office.space)
        if office.space == "aaa":
            raise KeyError("a mistake")

    monkeypatch.setattr(courier, "names", lambda _: ["aaa", "acme"])
    monkeypatch.setattr(courier, "announce_due", announce)
    monkeypatch.setattr(courier, "POLL_SECONDS", 0.02)
    return asked


@contextmanager
def following(post: Post) -> Iterator[threading.Thread]:
    """A courier that delivers meanwhile."""
    stop = threading.Event()
    thread = threading.Thread(target=post.courier().follow, args=(stop,))
    thread.start()
    try:
        yield thread
    finally:
        stop.set()
        thread.join()


def test_a_mistake_in_one_space_is_logged_and_others_are_told(
    post: Post, bad: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    arrived = threading.Event()

    def answer(_: Taken) -> int:
        arrived.set()
        return 200

    with receiver(answer) as found:
        post.hook(found.url)
        post.announce("one")
        with following(post) as thread:
            assert arrived.wait(20)
            assert thread.is_alive()
    assert bad == ["aaa", "acme"]
    logged = next(each for each in caplog.records if "aaa can't be announced" in each.message)
    assert logged.exc_info is not None


def test_delivering_once_does_all_the_rest_and_then_says_what_went_wrong(
    post: Post, bad: list[str]
) -> None:
    with receiver() as found:
        post.hook(found.url)
        post.announce("one")
        with pytest.raises(KeyError, match="a mistake"):
            post.deliver()
    assert (bad, len(found.taken)) == (["aaa", "acme"], 1)


def test_mails_have_a_worker_while_all_receivers_hang(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(courier, "POLL_SECONDS", 0.02)
    mailed = threading.Event()
    let_go = threading.Event()

    def hang(_: Taken) -> int:
        let_go.wait(20)
        return 200

    with mailbox(lambda _: mailed.set()) as mails, receiver(hang) as found:
        post.mail_port, post.limits = mails.port, QUICK._replace(whole=30.0)
        for _ in range(courier.CALLERS + 2):
            post.hook(found.url)
        post.announce("one", to=("ada@acme.example",))
        with following(post):
            assert mailed.wait(20)
            let_go.set()


def test_a_slow_receiver_gives_its_worker_back(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivering, "STRETCH", 0.0)
    with receiver() as found:
        post.hook(found.url)
        for n in range(3):
            post.announce(str(n))
        one = post.courier()
        (lane,) = one._lanes([])
        assert one._of("acme").run(lane, threading.Event()).tries == 1


@pytest.fixture
def hanging(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """A name server that never answers; set once it is asked."""
    asked, let_go = threading.Event(), threading.Event()
    real = socket.getaddrinfo

    def look_up(host: Any, *more: Any, **rest: Any) -> Any:
        if host != "slow.example":
            return real(host, *more, **rest)
        asked.set()
        let_go.wait(60)
        raise socket.gaierror

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    yield asked
    let_go.set()


def test_a_name_server_that_hangs_is_not_waited_for(hanging: threading.Event) -> None:
    with pytest.raises(Unreached, match="was found in time"):
        Telephone(HERE, QUICK).post("https://slow.example/", b"{}", {})
    assert hanging.is_set()


def test_a_job_that_hangs_keeps_nothing_from_stopping() -> None:
    let_go = threading.Event()
    workers = Workers(1, "test")
    workers.submit(lambda: let_go.wait(60) and None)
    assert not workers.finish(0.05)
    let_go.set()
    assert workers.finish(20)


def test_a_webhook_that_is_switched_off_gets_no_more_of_what_is_on_its_way(post: Post) -> None:
    def answer(_: Taken) -> int:
        post.webhooks.save(hook.id, {"url": found.url, "active": False}, ME)
        return 200

    with receiver(answer) as found:
        hook = post.hook(found.url)
        for n in range(3):
            post.announce(str(n))
        post.deliver()
    assert (len(found.taken), post.waiting()) == (1, 2)
