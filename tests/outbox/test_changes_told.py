"""What is told of coupons: pending changes, versions in force, switches; and of invoices."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from engine.decisions.flaws import RequestError
from engine.service.billing.billing import Billing
from engine.service.billing.charges import Charging
from engine.service.changes.changes import Changes
from tests.outbox.post import ME, POLICIES, Post
from tests.outbox.receiving import mailbox


def told(post: Post) -> list[tuple[str, dict[str, Any]]]:
    rows = post.rows("SELECT kind, body FROM outbox ORDER BY message")
    return [(kind, msgspec.json.decode(body)["data"]) for kind, body in rows]


def test_a_change_is_told_when_it_is_saved_and_when_it_is_in_force(post: Post) -> None:
    post.hook("mailto:ops@acme.example")
    post.push(POLICIES.replace("10%", "20%"))
    Changes(post.office).enact("spring", ME)
    assert told(post) == [
        ("coupon.pending", {"coupon": "spring", "name": "spring", "author": "tests"}),
        (
            "coupon.changed",
            {"coupon": "spring", "version": 2, "author": "tests", "archived": False},
        ),
    ]


def test_a_coupon_that_is_new_or_gone_is_told(post: Post) -> None:
    post.hook("mailto:ops@acme.example")
    post.push(POLICIES.replace("spring", "autumn").replace("SPRING", "AUTUMN"))
    said = [(data["coupon"], data["archived"]) for _, data in told(post)]
    assert said == [("autumn", False), ("spring", True)]


def test_a_switch_is_told_without_the_code(post: Post) -> None:
    post.hook("mailto:ops@acme.example")
    changes = Changes(post.office)
    changes.switch("coupon", "spring", on=False, because="too dear", caller=ME)
    changes.switch("coupon", "spring", on=False, because="again", caller=ME)
    changes.switch("code", "SPRING", on=False, because="leaked", caller=ME)
    assert [(kind, data["name"], data["active"]) for kind, data in told(post)] == [
        ("coupon.switched", "spring", False),
        ("coupon.switched", "***ING", False),
    ]


def invoiced(post: Post, **more: Any) -> str:
    fee = {"id": "le-1", "fee": "period", "amount": "100.00", "currency": "CHF"}
    Charging(post.office).charge({"subscription": {"id": "sub-1"}, "charges": [fee]}, ME)
    return Billing(post.office).invoice("sub-1", more, ME).number


def test_an_invoice_is_mailed_where_that_is_asked_for(post: Post) -> None:
    with mailbox() as found:
        post.mail_port = found.port
        number = invoiced(post, email="ada@acme.example")
        post.deliver()
    (mail,) = found.mails
    assert (mail["To"], mail["Subject"]) == ("ada@acme.example", f"Invoice {number}")
    (paper,) = mail.iter_attachments()
    assert paper.get_filename() == f"invoice-{number}.pdf"
    assert paper.get_content() == Billing(post.office).invoice_pdf(number, ME)


def test_an_invoice_goes_to_no_other_address_by_itself(post: Post) -> None:
    invoiced(post)
    assert told(post) == []


def test_an_address_that_is_none_makes_no_invoice(post: Post) -> None:
    with pytest.raises(RequestError, match="is no address of email"):
        invoiced(post, email="nobody")
