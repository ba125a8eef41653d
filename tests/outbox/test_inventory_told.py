"""Who buys codes reads of them by mail, with the receipt."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from email.message import EmailMessage

import pytest

from engine.outbox.calling import Telephone
from engine.outbox.courier import Courier, Means
from engine.outbox.mailing import Mailer, Server
from engine.store.database import Database
from tests.inventory.test_purchases import Shop
from tests.outbox.receiving import Mailbox, mailbox
from tests.service.issuing import KEY, mint_of


@pytest.fixture
def shop(sqlite_copy: Callable[[], Iterator[Database]]) -> Iterator[Shop]:
    for database in sqlite_copy():
        yield Shop(mint_of(database, KEY))


def delivered(shop: Shop, found: Mailbox) -> list[EmailMessage]:
    """Every mail that is due by now."""
    office = shop.mint.desk.office
    mailer = Mailer(Server("127.0.0.1", found.port), "Acme <coupons@acme.example>")
    Courier(office.database, Means(Telephone(), mailer), office.clock).deliver()
    return found.mails


def text_of(mail: EmailMessage) -> str:
    body = mail.get_body()
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")


def test_codes_are_mailed_to_the_buyer_with_their_receipt(shop: Shop) -> None:
    bought = shop.buy("pro:3", email="buy@acme.example")
    with mailbox() as found:
        (mail,) = delivered(shop, found)
    assert (mail["To"], mail["Subject"]) == (
        "buy@acme.example",
        f"Your 3 codes of purchase {bought.purchase}",
    )
    said = text_of(mail)
    assert "3 x Professional" in said
    assert all(each.code in said for each in bought.codes)
    (paper,) = mail.iter_attachments()
    assert paper.get_filename() == f"receipt-{bought.purchase}.pdf"
    assert paper.get_content().startswith(b"%PDF")
