"""Webhooks that move take what waits for them along, and nobody makes too many of them."""

from __future__ import annotations

import pytest

from engine.outbox import webhooks
from engine.service import mail_budget
from engine.service.errors import Conflict
from engine.service.mail_budget import TooManyMails
from tests.outbox.post import ME, Post
from tests.outbox.receiving import mailbox, receiver

MAIL = "mailto:ops@acme.example"


def test_what_waits_is_mailed_where_a_webhook_is_written_to_from_now_on(post: Post) -> None:
    with receiver() as found:
        hook = post.hook(found.url)
    post.announce("one")
    assert post.webhooks.save(hook.id, {"url": MAIL}, ME).waiting == 1
    with mailbox() as mails:
        post.mail_port = mails.port
        assert post.deliver().delivered == 1
    assert [each["To"] for each in mails.mails] == ["ops@acme.example"]


def test_what_waits_is_called_with_where_a_webhook_is_called_from_now_on(post: Post) -> None:
    hook = post.hook(MAIL)
    said = {"purchase": "P-1", "codes": [{"code": "SECRET"}]}
    post.announce("one")
    post.announce("P-1", "codes.delivered", said, to=("ops@acme.example",))
    with receiver() as found:
        assert post.webhooks.save(hook.id, {"url": found.url}, ME).waiting == 1
        assert post.deliver().delivered == 1
    # What was written to the address itself stays a mail, with the codes in it.
    assert [set(each.said) for each in found.taken] == [{"type", "timestamp", "data"}]
    assert post.rows("SELECT channel FROM outbox WHERE due IS NOT NULL") == [("mail",)]


def test_what_waits_for_an_address_that_is_switched_off_waits(post: Post) -> None:
    hook = post.hook(MAIL)
    post.announce("one")
    assert post.webhooks.save(hook.id, {"url": MAIL, "active": False}, ME).waiting == 1
    with mailbox() as mails:
        post.mail_port = mails.port
        assert post.deliver().tries == 0
        post.webhooks.save(hook.id, {"url": MAIL}, ME)
        assert post.deliver().delivered == 1


def test_what_waits_for_an_address_that_is_deleted_is_given_up(post: Post) -> None:
    hook = post.hook(MAIL)
    post.announce("one")
    post.webhooks.delete(hook.id, ME)
    assert post.waiting() == 0


def test_nobody_makes_too_many_webhooks(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webhooks, "MOST_OF_PARTNER", 2)
    monkeypatch.setattr(webhooks, "MOST_OF_SPACE", 3)
    for _ in range(2):
        post.hook(MAIL, partner="voltaic")
    with pytest.raises(Conflict, match="a partner has at most 2 webhooks"):
        post.hook(MAIL, partner="voltaic")
    post.hook(MAIL)
    with pytest.raises(Conflict, match="a space has at most 3 webhooks"):
        post.hook(MAIL)


def test_few_tests_are_mailed_to_one_address(post: Post) -> None:
    hook = post.hook(MAIL)
    for _ in range(mail_budget.MOST):
        post.webhooks.test(hook.id, ME)
    with pytest.raises(TooManyMails, match="3 mails went to this address within an hour"):
        post.webhooks.test(hook.id, ME)
    post.later(3600)
    post.webhooks.test(hook.id, ME)


def test_few_tests_are_mailed_for_one_partner(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mail_budget, "MOST_TESTS", 2)
    hooks = [post.hook(f"mailto:{n}@acme.example", partner="voltaic") for n in range(3)]
    own = post.hook(MAIL)
    for each in hooks[:2]:
        post.webhooks.test(each.id, ME)
    with pytest.raises(TooManyMails, match="2 tests were mailed within an hour"):
        post.webhooks.test(hooks[2].id, ME)
    post.webhooks.test(own.id, ME)
