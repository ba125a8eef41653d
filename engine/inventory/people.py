"""People who look after a client or a project, as requests say and rows keep them."""

from __future__ import annotations

import msgspec

from engine.catalogue.mail import is_address
from engine.decisions.flaws import Flaw, RequestError
from engine.service.people import Person


def check_email(text: str | None, pointer: str) -> None:
    """Raise `RequestError` for a text that no mail can be sent to."""
    if text is not None and not is_address(text):
        message = f"`{text}` is no address of email such as `hello@acme.example`"
        raise RequestError(Flaw(pointer, message))


def check_person(person: Person | None) -> None:
    """Raise `RequestError` for a responsible person to whom no mail can be sent."""
    if person is not None:
        check_email(person.email, "/responsible/email")


def person_text(person: Person | None) -> str | None:
    """A person as it is kept."""
    return None if person is None else msgspec.json.encode(person).decode()
