"""Texts that are to be codes: what a coupon's format makes of one, and why it can't be one.

A coupon that names a format has codes of that format only, and what another format reads is never
a custom code, so that a code means one thing.
"""

from __future__ import annotations

from typing import NamedTuple

from engine.catalogue.characters import hides_something
from engine.catalogue.lookalikes import lookalikes
from engine.codes.formats import DEFAULT, Format, Misread, Reading
from engine.codes.sealing import Sealed
from engine.service.work import Work

LONGEST = 255


class Refused(ValueError):
    """A code that can't be issued, and why in one sentence."""


class Custom(NamedTuple):
    """A text as a code: its spelling, what a format reads in it, and what its seal says.

    `is_new` says that it was no code before.
    """

    spelling: str
    reading: Reading | None
    sealed: Sealed | None = None
    is_new: bool = True


def read_custom(work: Work, own: Format | None, text: str) -> Custom:
    """A text as a code of a coupon with a format, or without one. Raises `Refused`."""
    spelling = text.strip()
    _check_characters(spelling)
    if own is not None:
        return _of_format(work, own, spelling)
    for other, _ in work.spellings.readings(spelling):
        if other is not DEFAULT:
            raise Refused(f"the format `{other.name}` reads `{spelling}` as a code of its own")
    return Custom(spelling, None)


def _of_format(work: Work, own: Format, spelling: str) -> Custom:
    found = own.read(spelling)
    if isinstance(found, Misread):
        raise Refused(f"`{spelling}` is no code of the format `{own.name}`: {found.message}")
    if own.sealed is None or found.body is None:
        return Custom(found.code, found)
    sealed = work.ring.open(own.sealed, found.body, found.rest)
    if sealed is None:
        raise Refused(f"no key in `COUPON_SEAL_KEYS` made the seal of `{found.code}`")
    return Custom(found.code, found, sealed)


def _check_characters(spelling: str) -> None:
    if not spelling:
        raise Refused("the code is empty")
    if len(spelling) > LONGEST:
        raise Refused(f"the code is longer than {LONGEST} characters")
    if not spelling.isprintable() or hides_something(spelling):
        raise Refused("the code has a character that can't be seen")
    alike = lookalikes(spelling, sentence=True)
    if alike:
        raise Refused(alike[0].message)
