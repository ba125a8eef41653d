"""Webhooks: who is called or written to when something happens, and of what they hear."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

import msgspec

from engine.calendar import format_instant
from engine.catalogue.mail import is_address
from engine.decisions.decoding import convert
from engine.decisions.flaws import Flaw, RequestError
from engine.outbox import signing, webhook_rows
from engine.outbox.places import BadPlace, Unfound, addresses, read_place
from engine.outbox.queue import waiting_for
from engine.outbox.redirecting import place_of, redirect
from engine.outbox.webhook_rows import WebhookRow
from engine.service.caller import Caller
from engine.service.cursors import read_cursor, write_cursor
from engine.service.errors import Conflict, NotFound
from engine.service.mail_budget import spend_mail, spend_test
from engine.service.moments import fresh_id
from engine.service.notices import UNHEARD, Kind
from engine.service.office import Office
from engine.service.posting import MAILTO, WEBHOOK, post_test
from engine.service.settings import Network
from engine.service.unknown import meant
from engine.service.work import Work

MOST_OF_PARTNER, MOST_OF_SPACE = 10, 100
"""So many webhooks a partner has at most, and all together."""
_FEWER = "delete one, or have one hear of more kinds"
_Answer = TypeVar("_Answer", bound=msgspec.Struct)


class SaveWebhook(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """A request to make or change a webhook: `https:` calls it, `mailto:` writes to it.

    It hears of `events`, of all where none is named.
    """

    url: str
    events: tuple[Kind, ...] = ()
    active: bool = True


class NewWebhook(SaveWebhook, frozen=True):
    """A request to make a webhook; that of a partner hears what is that partner's business."""

    partner: str | None = None


class Webhook(msgspec.Struct, frozen=True):
    """A webhook. Its `secret` is shown where it is made or replaced, and at no other time.

    `waiting` messages were not delivered yet; `error` says why, where one was tried.
    """

    id: str
    url: str
    events: tuple[str, ...]
    active: bool
    partner: str | None
    created: str
    waiting: int = 0
    error: str | None = None
    secret: str | None = None


class ListedWebhooks(msgspec.Struct, frozen=True):
    """A part of the list of webhooks; `next` is the cursor of the part after it."""

    webhooks: tuple[Webhook, ...]
    next: str | None


class Tested(msgspec.Struct, frozen=True):
    """A message on its way to a webhook, which says that it is a test."""

    message: str


class DeletedWebhook(msgspec.Struct, frozen=True):
    """A webhook that is no more."""

    deleted: str


_KINDS = (Webhook, Tested, DeletedWebhook)


class Webhooks:
    """The webhooks of a space; partners manage their own. `allowed` are private networks."""

    def __init__(self, office: Office, allowed: Sequence[Network] = ()) -> None:
        self._office = office
        self._allowed = tuple(allowed)

    def create(self, value: object, caller: Caller) -> Webhook:
        """Make a webhook, and answer its secret this once.

        Raises `RequestError`, and `Conflict` where there are as many as there may be.
        """
        request = convert(value, NewWebhook)
        self._check(request)

        def work(task: Work) -> Webhook:
            row = WebhookRow(
                fresh_id(task.now),
                request.url,
                _events(request),
                signing.kept(signing.Secret(signing.new_secret())),
                _partner(task, request.partner),
                request.active,
                task.now,
            )
            _check_count(task, row.partner)
            webhook_rows.add_webhook(task, row)
            task.note("webhook made", row.webhook, after=_noted(row))
            return _shown(task, row, secret=True)

        return self._answer(work, caller, ["webhook", value])

    def list(self, cursor: str | None, limit: int, caller: Caller) -> ListedWebhooks:
        """So many webhooks after a cursor, the oldest first."""
        after = "" if cursor is None else read_cursor(cursor, tuple[str])[0]

        def work(task: Work) -> ListedWebhooks:
            rows = webhook_rows.list_webhooks(task.tx, task.space, caller.partner, after, limit + 1)
            shown = tuple(_shown(task, row) for row in rows[:limit])
            more = write_cursor((shown[-1].id,)) if len(rows) > limit else None
            return ListedWebhooks(shown, more)

        return self._office.read(work, caller)

    def show(self, webhook: str, caller: Caller) -> Webhook:
        """One webhook. Raises `NotFound`."""
        return self._office.read(lambda task: _shown(task, _the(task, webhook)), caller)

    def save(self, webhook: str, value: object, caller: Caller) -> Webhook:
        """Change where a webhook is, what it hears of, and whether. Raises `NotFound`."""
        request = convert(value, SaveWebhook)
        self._check(request)

        def work(task: Work) -> Webhook:
            before = _the(task, webhook)
            row = before._replace(url=request.url, events=_events(request), active=request.active)
            webhook_rows.set_webhook(task, row)
            redirect(task, webhook, place_of(before), place_of(row))
            task.note("webhook changed", webhook, _noted(before), _noted(row))
            return _shown(task, row)

        return self._answer(work, caller, ["save webhook", webhook, value])

    def rotate(self, webhook: str, caller: Caller) -> Webhook:
        """Replace the secret of a webhook; the one before it signs for a day more."""

        def work(task: Work) -> Webhook:
            row = _the(task, webhook)
            secret = signing.replaced(row.secret, signing.new_secret(), task.now)
            row = row._replace(secret=secret)
            webhook_rows.set_webhook(task, row)
            task.note("webhook secret replaced", webhook)
            return _shown(task, row, secret=True)

        return self._answer(work, caller, ["rotate webhook", webhook])

    def delete(self, webhook: str, caller: Caller) -> DeletedWebhook:
        """Take a webhook away; what waits for it is given up. Raises `NotFound`."""

        def work(task: Work) -> DeletedWebhook:
            row = _the(task, webhook)
            redirect(task, webhook, place_of(row), (WEBHOOK, webhook))
            webhook_rows.drop_webhook(task, webhook)
            task.note("webhook deleted", webhook, _noted(row))
            return DeletedWebhook(webhook)

        return self._answer(work, caller, ["delete webhook", webhook])

    def test(self, webhook: str, caller: Caller) -> Tested:
        """Send a message to a webhook that says it is a test, by the way of all others.

        Raises `NotFound`, `Conflict` where it is switched off, and `TooManyMails`.
        """

        def work(task: Work) -> Tested:
            row = _the(task, webhook)
            if not row.active:
                raise Conflict(
                    f"the webhook `{webhook}` is switched off", "save it with `active: true`"
                )
            if row.url.startswith(MAILTO):
                spend_test(task, row.partner)
                spend_mail(task, row.url.removeprefix(MAILTO).lower())
            return Tested(post_test(task, row.webhook, row.url, self._office.clock()))

        return self._answer(work, caller, ["test webhook", webhook])

    def _check(self, request: SaveWebhook) -> None:
        """Raise `RequestError` for what can't be called or heard, as far as it can be told now."""
        for place, kind in enumerate(request.events):
            if kind in UNHEARD:
                raise RequestError(Flaw(f"/events/{place}", f"no webhook hears of `{kind}`"))
        try:
            _check_url(request.url, self._allowed)
        except BadPlace as error:
            raise RequestError(Flaw("/url", str(error))) from None

    def _answer(
        self, work: Callable[[Work], _Answer], caller: Caller, request: Sequence[object]
    ) -> _Answer:
        return self._office.answer(
            lambda task: (work(task), None), caller, request, _KINDS, alone=True
        )


def _check_url(url: str, allowed: Sequence[Network]) -> None:
    """Raise `BadPlace` for a URL that can't be called or written to."""
    if url.startswith(MAILTO):
        if not is_address(url.removeprefix(MAILTO)):
            raise BadPlace(f"`{url}` is no address such as `mailto:ops@acme.example`")
        return
    place = read_place(url)
    try:
        addresses(place, allowed)
    except Unfound:
        # A name may be made before its address is; each call asks again.
        if place.scheme != "https" and not allowed:
            raise BadPlace("`http:` is for private networks only: use `https:`") from None


def _events(request: SaveWebhook) -> str:
    return msgspec.json.encode(sorted(set(request.events))).decode()


def _partner(task: Work, named: str | None) -> str | None:
    """Whose business a new webhook hears of: a partner makes its own only."""
    if task.caller.partner is not None:
        return task.caller.partner
    if named is not None and named not in task.book.partners:
        raise RequestError(Flaw("/partner", _unknown(task, named)))
    return named


def _unknown(task: Work, named: str) -> str:
    return f"no partner is called `{named}`: {meant(named, task.book.partners)}"


def _check_count(task: Work, partner: str | None) -> None:
    """Raise `Conflict` where one more webhook is one too many."""
    of_space, of_partner = webhook_rows.count_webhooks(task.tx, task.space, partner)
    if partner is not None and of_partner >= MOST_OF_PARTNER:
        raise Conflict(f"a partner has at most {MOST_OF_PARTNER} webhooks", _FEWER)
    if of_space >= MOST_OF_SPACE:
        raise Conflict(f"a space has at most {MOST_OF_SPACE} webhooks", _FEWER)


def _the(task: Work, webhook: str) -> WebhookRow:
    """A webhook that the caller may see. Raises `NotFound`."""
    row = webhook_rows.find_webhook(task.tx, task.space, webhook)
    if row is None or task.caller.partner not in (None, row.partner):
        raise NotFound(f"no webhook has the id `{webhook}`", "`GET /v1/webhooks` lists them")
    return row


def _noted(row: WebhookRow) -> dict[str, object]:
    """A webhook for the journal, which never holds a secret."""
    events = msgspec.json.decode(row.events)
    return {"url": row.url, "events": events, "active": row.active, "partner": row.partner}


def _shown(task: Work, row: WebhookRow, *, secret: bool = False) -> Webhook:
    is_called = not row.url.startswith(MAILTO)
    waiting, error = waiting_for(task.tx, task.space, place_of(row), row.webhook)
    newest = signing.read_secrets(row.secret, task.now)[0].secret
    return Webhook(
        row.webhook,
        row.url,
        tuple(msgspec.json.decode(row.events)),
        bool(row.active),
        row.partner,
        format_instant(row.created),
        waiting,
        error,
        newest if secret and is_called else None,
    )
