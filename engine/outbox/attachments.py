"""What is attached to mails: papers that are found in the store when a mail is sent."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple, TypeAlias

from engine.service.billing import invoicing
from engine.service.work import Work

_PDF = "application/pdf"


class Attachment(NamedTuple):
    """A file beside a letter."""

    name: str
    media: str
    content: bytes


Finder: TypeAlias = Callable[[Work, str], Attachment]


def _invoice(work: Work, number: str) -> Attachment:
    return Attachment(f"invoice-{number}.pdf", _PDF, invoicing.find_pdf(work, number))


def _receipt(work: Work, purchase: str) -> Attachment:
    # Loaded only where one is printed.
    from engine.inventory.receipts import receipt_pdf

    return Attachment(f"receipt-{purchase}.pdf", _PDF, receipt_pdf(work, purchase))


FINDERS: Mapping[str, Finder] = {"invoice": _invoice, "receipt": _receipt}
"""Who finds a paper, by what a notice calls it: `"attach": {"invoice": "00000012"}`."""


def attached(work: Work, said: Mapping[str, Any]) -> Iterator[Attachment]:
    """The papers that go with a notice."""
    for name, number in (said.get("attach") or {}).items():
        yield FINDERS[name](work, number)
