"""Trying a message by webhook: signed, and called where webhooks may be."""

from __future__ import annotations

import re

from engine.outbox.calling import Answer, Telephone, Unreached
from engine.outbox.places import BadPlace
from engine.outbox.queue import Message, Outcome
from engine.outbox.signing import headers, read_secrets
from engine.outbox.webhook_rows import find_webhook
from engine.service.office import Office

_GONE = 410
_SAID = 200
_UNPRINTABLE = re.compile(r"[^\x20-\x7e]+")
_JSON = {"Content-Type": "application/json"}


class Calls:
    """Calls the webhooks of a space."""

    def __init__(self, office: Office, telephone: Telephone) -> None:
        self._office = office
        self._telephone = telephone

    def send(self, message: Message) -> Outcome:
        """Try a message: every answer with 2xx takes it, 410 ends the webhook."""
        with self._office.database.read() as tx:
            row = find_webhook(tx, self._office.space, message.receiver)
        if row is None:
            return Outcome("the webhook was deleted", gone=True)
        now, body = self._office.clock(), message.body.encode()
        signed = headers(message.id, body, read_secrets(row.secret, now), now)
        try:
            answer = self._telephone.post(row.url, body, {**_JSON, **signed})
        except (Unreached, BadPlace) as error:
            return Outcome(str(error), rests=True)
        return _outcome(answer)


def _outcome(answer: Answer) -> Outcome:
    if 200 <= answer.status < 300:
        return Outcome()
    said = _UNPRINTABLE.sub(" ", answer.body[:_SAID].decode("latin-1")).strip()
    why = f"the receiver answered {answer.status}" + (f": {said}" if said else "")
    if 300 <= answer.status < 400:
        why = f"the receiver answered {answer.status}, and no call is sent elsewhere"
    return Outcome(why, gone=answer.status == _GONE)
