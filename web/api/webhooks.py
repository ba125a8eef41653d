"""Webhooks: who is called, or written to, when something happens."""

from __future__ import annotations

from engine.outbox.webhooks import (
    DeletedWebhook,
    ListedWebhooks,
    NewWebhook,
    SaveWebhook,
    Tested,
    Webhook,
)
from engine.service.caller import Scope
from web import examples
from web.call import Call
from web.subjects import PAGED, Body, Subject

SUBJECT = Subject("webhooks", "Webhooks")


@SUBJECT.call(
    "POST",
    "/v1/webhooks",
    Scope.MANAGE,
    {201: Webhook},
    body=Body(lambda _: NewWebhook, examples.WEBHOOK),
    partners=True,
)
def create_webhook(call: Call) -> Webhook:
    """Make a webhook, which is called at an `https:` URL, or written to at a `mailto:` one.

    It is told of the `events` named, of all where none is. Messages are JSON with `type`,
    `timestamp` and `data`, signed as Standard Webhooks says, with the `secret` that is answered
    this once; they come at least once, so that a receiver drops those whose `webhook-id` it knows,
    and in order of one subject. What is not answered with 2xx within 15 seconds is tried again,
    nine times in three days; 410 switches the webhook off. That of a `partner` is told what is that
    partner's business; keys of partners see and make their own only. A partner has at
    most 10 webhooks, a space 100.
    """
    return call.desk.webhooks.create(call.body(), call.caller)


@SUBJECT.call(
    "GET", "/v1/webhooks", Scope.MANAGE, {200: ListedWebhooks}, query=PAGED, partners=True
)
def list_webhooks(call: Call) -> ListedWebhooks:
    """List webhooks, the oldest first."""
    return call.desk.webhooks.list(call.cursor(), call.limit(), call.caller)


@SUBJECT.call("GET", "/v1/webhooks/{webhook}", Scope.MANAGE, {200: Webhook}, partners=True)
def show_webhook(call: Call, webhook: str) -> Webhook:
    """Show a webhook, how many messages wait for it, and why."""
    return call.desk.webhooks.show(webhook, call.caller)


@SUBJECT.call(
    "PUT",
    "/v1/webhooks/{webhook}",
    Scope.MANAGE,
    {200: Webhook},
    body=Body(lambda _: SaveWebhook, examples.WEBHOOK),
    partners=True,
)
def save_webhook(call: Call, webhook: str) -> Webhook:
    """Change where a webhook is, what it is told of, or whether it is told at all.

    What waits for one that is switched off waits until it is on again, and goes then where it is.
    """
    return call.desk.webhooks.save(webhook, call.body(), call.caller)


@SUBJECT.call(
    "DELETE", "/v1/webhooks/{webhook}", Scope.MANAGE, {200: DeletedWebhook}, partners=True
)
def delete_webhook(call: Call, webhook: str) -> DeletedWebhook:
    """Delete a webhook; what waits for it is not sent any more."""
    return call.desk.webhooks.delete(webhook, call.caller)


@SUBJECT.call(
    "POST",
    "/v1/webhooks/{webhook}/test",
    Scope.MANAGE,
    {202: Tested},
    partners=True,
    problems=("too-many-mails",),
)
def test_webhook(call: Call, webhook: str) -> Tested:
    """Send a message of the type `webhook.test` to a webhook, as all others are sent.

    What became of it is said by `GET /v1/webhooks/{webhook}`. Few tests are mailed in an hour.
    """
    return call.desk.webhooks.test(webhook, call.caller)


@SUBJECT.call("POST", "/v1/webhooks/{webhook}/rotate", Scope.MANAGE, {200: Webhook}, partners=True)
def rotate_webhook(call: Call, webhook: str) -> Webhook:
    """Give a webhook a new secret, answered this once; the old one signs for a day more."""
    return call.desk.webhooks.rotate(webhook, call.caller)
