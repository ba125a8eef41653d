"""`coupon outbox`, and the courier of `coupon serve`: what waits, why, and that it arrives."""

from __future__ import annotations

import json
import signal
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import bindparam, null, update

from engine.calendar import Instant
from engine.service.office import system_clock
from engine.store.database import Database
from engine.store.statements import Statement
from engine.store.tables import OUTBOX
from engine.store.upgrade import ensure
from tests.cli.running import run, write
from tests.outbox.post import POLICIES, Post
from tests.outbox.receiving import mailbox, receiver
from tests.web.serving import eventually, serving

ADA = ("ada@acme.example",)
_GIVE_UP = Statement(
    update(OUTBOX)
    .where(OUTBOX.c.subject == bindparam("on"))
    .values(due=null(), failed=bindparam("at"))
)


@pytest.fixture
def url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The URL of a store with a space, which commands use."""
    found = f"sqlite:///{tmp_path / 'coupon.db'}"
    for name in ("COUPON_SMTP_URL", "COUPON_MAIL_FROM", "COUPON_WEBHOOK_NETWORKS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COUPON_DATABASE_URL", found)
    monkeypatch.chdir(tmp_path)
    return found


@contextmanager
def posted(url: str) -> Iterator[Post]:
    """The space of that store."""
    with closing(Database(url)) as database:
        ensure(database)
        yield Post(database, system_clock())


def test_mails_that_wait_say_why(url: str) -> None:
    with posted(url) as post:
        post.announce(to=ADA)
    said = run("outbox", "list")
    assert said.code == 0
    assert "coupon.changed to ada@acme.example" in said.out
    assert "COUPON_SMTP_URL names no server that sends mail" in said.out
    (listed,) = json.loads(run("outbox", "list", "--format", "json").out)["messages"]
    assert (listed["state"], listed["tries"], listed["channel"]) == ("waiting", 0, "mail")


def test_nothing_is_said_of_nothing(url: str) -> None:
    with posted(url):
        pass
    assert run("outbox", "list", "--state", "failed").out == "nothing is failed\n"


def test_deliver_brings_what_waits_and_says_what_became_of_it(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with receiver() as called, mailbox() as written:
        monkeypatch.setenv("COUPON_WEBHOOK_NETWORKS", "127.0.0.0/8")
        monkeypatch.setenv("COUPON_SMTP_URL", f"smtp://127.0.0.1:{written.port}")
        monkeypatch.setenv("COUPON_MAIL_FROM", "coupons@acme.example")
        with posted(url) as post:
            post.hook(called.url)
            post.announce(to=ADA)
        said = run("outbox", "deliver")
    assert said.out == "delivered 2, to be tried again 0, given up 0\n"
    assert (len(called.taken), len(written.mails)) == (1, 1)
    assert "coupon.changed" in run("outbox", "list", "--state", "delivered").out


def test_what_was_given_up_is_tried_again_when_asked(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COUPON_WEBHOOK_NETWORKS", "127.0.0.0/8")
    with receiver(lambda _: 500) as found:
        with posted(url) as post:
            post.hook(found.url)
            post.now = Instant(post.now - 30 * 86_400_000_000)
            post.announce()
            while post.waiting():
                post.deliver()
                post.later(86_400)
        said = run("outbox", "list", "--state", "failed")
        assert "tried 10 times" in said.out
        assert "the receiver answered 500" in said.out
        found.answer = lambda _: 200
        assert run("outbox", "retry").out == "messages that are tried again: 1\n"
        assert run("outbox", "deliver").out.startswith("delivered 1,")
    message = said.out.split()[0]
    again = run("outbox", "retry", message)
    assert (again.code, "was delivered: it is not sent twice" in again.err) == (1, True)
    unknown = run("outbox", "retry", "nothing")
    assert (unknown.code, "no message has the id `nothing`" in unknown.err) == (1, True)


@pytest.mark.parametrize("command", [("outbox", "deliver"), ("serve",)])
def test_a_setting_that_can_not_be_read_is_wrong_usage(
    url: str, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    assert url
    monkeypatch.setenv("COUPON_SMTP_URL", "smtp://user:hunter2@mail.example:port")
    write(Path("policies"), all=POLICIES)
    monkeypatch.setenv("COUPON_MAIL_FROM", "a@acme.example")
    said = run(*command)
    assert (said.code, "COUPON_SMTP_URL" in said.err) == (2, True)
    assert "hunter2" not in said.err


def test_prune_forgets_what_was_delivered_long_ago(url: str) -> None:
    with posted(url) as post, mailbox() as found:
        post.mail_port = found.port
        post.now = Instant(post.now - 31 * 86_400_000_000)
        post.announce(to=ADA)
        post.deliver()
        post.announce(to=ADA)
        assert "delivered messages: 1" in run("db", "prune").out
        assert post.waiting() == 1


def test_prune_forgets_what_was_given_up_long_ago(url: str) -> None:
    with posted(url) as post:
        post.announce("old", to=ADA)
        post.announce("new", to=ADA)
        for subject, days in (("old", 31), ("new", 29)):
            at = system_clock() - days * 86_400_000_000
            post.database.write(lambda tx, s=subject, at=at: tx.run(_GIVE_UP, on=s, at=at))
        assert run("db", "prune").code == 0
        assert post.rows("SELECT subject FROM outbox") == [("new",)]


def test_the_service_delivers_by_itself_and_stops_when_it_is_told(
    tmp_path: Path, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert url
    write(tmp_path / "policies", all=POLICIES)
    monkeypatch.setenv("COUPON_WEBHOOK_NETWORKS", "127.0.0.0/8")
    body: dict[str, Any] = {"code": "SPRING", "subscription": {"id": "sub-1"}}
    with receiver() as found, serving(tmp_path) as served:
        made = served.ask("POST /v1/webhooks", {"url": found.url})
        assert made.status == 201
        assert served.ask(f"POST /v1/webhooks/{made.body['id']}/test").status == 202
        assert served.ask("POST /v1/redeem", body).status == 201
        eventually(lambda: len(found.taken) == 2)
        assert sorted(found.kinds) == ["code.redeemed", "webhook.test"]
        assert served.stop(signal.SIGTERM) == 0
