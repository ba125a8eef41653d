"""People: who looks after a client or a project, and who is told of it."""

from __future__ import annotations

from typing import Annotated

import msgspec

from engine.catalogue.mail import is_address
from engine.decisions.flaws import Flaw, RequestError

Title = Annotated[str, msgspec.Meta(min_length=1, max_length=255)]
Email = Annotated[str, msgspec.Meta(min_length=3, max_length=254)]


class Person(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Somebody who is responsible, and where to write to."""

    name: Title
    email: Email | None = None


_PERSON = msgspec.json.Decoder(Person)


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


def read_person(text: str | None) -> Person | None:
    """A person as it was kept."""
    return None if text is None else _PERSON.decode(text)
