"""Ledger, bill and invoice show every charge, every discount under its label, and what is back."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from io import BytesIO

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from engine.decisions.flaws import RequestError
from engine.service.billing.billing import Billing
from engine.service.billing.charges import Charging
from engine.service.caller import Caller
from engine.service.errors import Conflict, KeyReused, NotFound
from engine.service.office import Office
from engine.service.redeeming.redemptions import Redemptions
from engine.store.database import Database
from engine.store.statements import Statement
from engine.store.tables import NUMBERS
from tests.service.changing import ANN, SPRING, Acme

OTHER = (
    SPRING.replace("spring", "other").replace("SPRING", "OTHER").replace("Spring", "Bäcker & Co")
)
THIRD = OTHER.replace("other", "third").replace("OTHER", "THIRD").replace("10%", "5.00 EUR")
WHOSE = {"subscription": {"id": "sub-1"}, "customer": {"id": "cus-1"}}


@pytest.fixture
def office() -> Office:
    return redeemed(SPRING, OTHER, THIRD)


def redeemed(*coupons: str, store: Database | None = None) -> Office:
    """An office where each code is redeemed on the subscription."""
    acme = Acme() if store is None else Acme(store)
    acme.push(*coupons)
    for code in acme.codes():
        Redemptions(acme.office).redeem({"code": code, **WHOSE}, ANN)
    return acme.office


def charge(office: Office, name: str, amount: str = "99.99", **more: object) -> None:
    one = {"id": name, "fee": "period", "amount": amount, "currency": "EUR", **more}
    answer = Charging(office).charge({**WHOSE, "charges": [one]}, ANN)
    assert not hasattr(answer.charges[0], "refused"), answer


def test_the_ledger_shows_each_charge_with_its_discounts_in_order(office: Office) -> None:
    charge(office, "b", at="2026-06-15T12:00:00Z")
    charge(office, "a", "10.00", at="2026-07-15T12:00:00Z")
    charge(office, "c", "-4.00", at="2026-06-15T12:00:00Z")
    ledger = Billing(office).ledger("sub-1", None, 10, ANN)
    assert [(each.charge, each.at) for each in ledger.entries] == [
        ("b", "2026-06-15T12:00:00Z"),
        ("c", "2026-06-15T12:00:00Z"),
        ("a", "2026-07-15T12:00:00Z"),
    ]
    first = ledger.entries[0]
    assert (first.gross, first.discount, first.net) == ("99.99", "24.00", "75.99")
    assert [(each.coupon, each.label, each.amount) for each in first.discounts] == [
        ("other", "Bäcker & Co", "10.00"),
        ("spring", "Spring", "9.00"),
        ("third", "Bäcker & Co", "5.00"),
    ]
    assert ledger.next is None


def test_a_ledger_is_read_in_parts(office: Office) -> None:
    for name in "abcde":
        charge(office, name)
    Charging(office).reverse("c", {}, ANN)
    billing, cursor, seen = Billing(office), None, []
    while True:
        part = billing.ledger("sub-1", cursor, 2, ANN)
        seen += [(each.charge, each.kind) for each in part.entries]
        cursor = part.next
        if cursor is None:
            break
    whole = billing.ledger("sub-1", None, 100, ANN).entries
    assert seen == [(each.charge, each.kind) for each in whole]
    assert len(seen) == 6


@pytest.mark.parametrize("cursor", ["x", "ü", "bm90IGpzb24", "WzFd"])
def test_a_cursor_of_nothing_is_refused(office: Office, cursor: str) -> None:
    charge(office, "a")
    with pytest.raises(RequestError, match=f"/cursor: `{cursor}` is no cursor of this list"):
        Billing(office).ledger("sub-1", cursor, 2, ANN)


def test_parts_taken_back_show_the_shares_of_each_discount_and_sum_up_to_it(
    office: Office,
) -> None:
    charge(office, "a", "33.33")
    for amount in ("11.11", "0.01", "22.21"):
        Charging(office).reverse("a", {"amount": amount}, ANN)
    charged, *back = Billing(office).ledger("sub-1", None, 10, ANN).entries
    assert [each.kind for each in back] == ["reversal"] * 3
    for each in back:
        assert _cents(each.discount) == sum(_cents(line.amount) for line in each.discounts)
    for line in charged.discounts:
        taken = [_line(each.discounts, line.coupon) for each in back]
        assert sum(taken) == -_cents(line.amount)


def _cents(amount: str) -> int:
    return int(amount.replace(".", ""))


def _line(lines: tuple, coupon: str) -> int:  # type: ignore[type-arg]
    return sum(_cents(each.amount) for each in lines if each.coupon == coupon)


def test_a_correction_stands_once_as_a_charge_of_its_own(office: Office) -> None:
    charge(office, "a", "100.00")
    charge(office, "back", "-50.00", corrects="a")
    charged, corrected = Billing(office).ledger("sub-1", None, 10, ANN).entries
    assert (charged.kind, corrected.kind, corrected.corrects) == ("charge", "correction", "a")
    assert _cents(corrected.discount) * 2 == -_cents(charged.discount)


def test_a_bill_holds_a_stretch_and_its_sums(office: Office) -> None:
    charge(office, "june", "100.00", at="2026-06-30T23:59:59.999999Z")
    charge(office, "july", "10.00", at="2026-07-01T00:00:00Z")
    charge(office, "yen", "1000", currency="JPY", at="2026-07-02T00:00:00Z")
    bill = Billing(office).bill("sub-1", "2026-07-01T00:00:00Z", "2026-08-01T00:00:00Z", ANN)
    assert [each.charge for each in bill.entries] == ["july", "yen"]
    assert [(each.currency, each.gross) for each in bill.totals] == [
        ("EUR", "10.00"),
        ("JPY", "1000"),
    ]
    whole = Billing(office).bill("sub-1", None, None, ANN)
    assert len(whole.entries) == 3


def test_a_bill_of_a_reversed_charge_is_zero(office: Office) -> None:
    charge(office, "a")
    Charging(office).reverse("a", {}, ANN)
    (total,) = Billing(office).bill("sub-1", None, None, ANN).totals
    assert (total.gross, total.discount, total.net) == ("0.00", "0.00", "0.00")


@pytest.mark.parametrize(
    ("start", "end", "said"),
    [
        ("2026-07-01", None, "/from: `2026-07-01` is not an instant with an offset"),
        (None, "soon", "/to: `soon` is not an instant with an offset"),
        ("2026-07-01T00:00:00Z", "2026-07-01T00:00:00Z", "/to: `to` is not after `from`"),
    ],
)
def test_a_stretch_that_is_none_is_refused(
    office: Office, start: str | None, end: str | None, said: str
) -> None:
    with pytest.raises(RequestError, match=said):
        Billing(office).bill("sub-1", start, end, ANN)


def test_a_subscription_that_nobody_named_has_no_ledger_bill_or_invoice(office: Office) -> None:
    billing = Billing(office)
    for attempt in (
        lambda: billing.ledger("sub-9", None, 10, ANN),
        lambda: billing.bill("sub-9", None, None, ANN),
        lambda: billing.invoice("sub-9", {}, ANN),
        lambda: billing.invoices("sub-9", None, 10, ANN),
    ):
        with pytest.raises(NotFound, match="no subscription has the id `sub-9`"):
            attempt()


# --- invoices -----------------------------------------------------------------------------------


def test_invoices_are_numbered_without_gaps_and_hold_each_charge_once(office: Office) -> None:
    billing = Billing(office)
    charge(office, "a", at="2026-06-20T00:00:00Z")
    charge(office, "b", at="2026-07-20T00:00:00Z")
    june = billing.invoice("sub-1", {"to": "2026-07-01T00:00:00Z"}, ANN)
    with pytest.raises(Conflict, match="nothing of this stretch is left to invoice"):
        billing.invoice("sub-1", {"to": "2026-07-01T00:00:00Z"}, ANN)
    rest = billing.invoice("sub-1", {}, ANN)
    assert [each.number for each in (june, rest)] == ["00000001", "00000002"]
    assert [[each.charge for each in found.entries] for found in (june, rest)] == [["a"], ["b"]]
    with office.database.read() as tx:
        assert tx.rows(Statement(select(NUMBERS.c.last))) == [(2,)]


def test_what_is_taken_back_later_is_credited_once_by_the_next_invoice(office: Office) -> None:
    billing = Billing(office)
    charge(office, "a", "100.00")
    billing.invoice("sub-1", {}, ANN)
    Charging(office).reverse("a", {"amount": "40.00"}, ANN)
    credit = billing.invoice("sub-1", {}, ANN)
    assert [(each.kind, each.gross) for each in credit.entries] == [("reversal", "-40.00")]
    with pytest.raises(Conflict):
        billing.invoice("sub-1", {}, ANN)
    ledger = billing.ledger("sub-1", None, 10, ANN)
    assert [each.invoice for each in ledger.entries] == ["00000001", "00000002"]


def test_an_invoice_never_changes(office: Office) -> None:
    billing = Billing(office)
    charge(office, "a")
    made = billing.invoice("sub-1", {}, ANN)
    printed = billing.invoice_pdf(made.number, ANN)
    Charging(office).reverse("a", {}, ANN)
    assert billing.find_invoice(made.number, ANN) == made
    assert billing.invoice_pdf(made.number, ANN) == printed


def test_an_idempotency_key_makes_one_invoice(office: Office) -> None:
    billing, caller = Billing(office), Caller("ann", key="k-1")
    charge(office, "a")
    made = billing.invoice("sub-1", {}, caller)
    assert billing.invoice("sub-1", {}, caller) == made
    with pytest.raises(KeyReused):
        billing.invoice("sub-1", {"to": "2026-07-01T00:00:00Z"}, caller)


def test_invoices_are_listed_in_parts(office: Office) -> None:
    billing = Billing(office)
    for name in "abc":
        charge(office, name)
        billing.invoice("sub-1", {}, ANN)
    first = billing.invoices("sub-1", None, 2, ANN)
    rest = billing.invoices("sub-1", first.next, 2, ANN)
    numbers = [each.number for part in (first, rest) for each in part.invoices]
    assert numbers == ["00000001", "00000002", "00000003"]
    assert rest.next is None


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"from": "2026-07-01"}, "/from: `2026-07-01` is not an instant"),
        ({"form": "x"}, "/form: nothing is called `form` here: did you mean `from`"),
        ({"from": "2026-07-02T00:00:00Z", "to": "2026-07-01T00:00:00Z"}, "is not after `from`"),
        (b"{", "this is not JSON"),
    ],
)
def test_a_bad_request_for_an_invoice_is_refused(office: Office, body: object, said: str) -> None:
    charge(office, "a")
    with pytest.raises(RequestError, match=said):
        Billing(office).invoice("sub-1", body, ANN)  # type: ignore[arg-type]


def test_a_number_of_no_invoice_is_not_found(office: Office) -> None:
    for find in (Billing(office).find_invoice, Billing(office).invoice_pdf):
        with pytest.raises(NotFound, match="no invoice has the number `7`"):
            find("7", ANN)


def test_either_database_keeps_the_same_ledger_and_invoices(database: Database) -> None:
    office = redeemed(SPRING, store=database)
    billing = Billing(office)
    charge(office, "a", "100.00")
    charge(office, "b", "-50.00", corrects="a")
    Charging(office).reverse("a", {"amount": "20.00"}, ANN)
    first = billing.ledger("sub-1", None, 2, ANN)
    rest = billing.ledger("sub-1", first.next, 2, ANN)
    entries = [(each.kind, each.discount) for part in (first, rest) for each in part.entries]
    assert sorted(entries) == [("charge", "10.00"), ("correction", "-5.00"), ("reversal", "-2.00")]
    (total,) = billing.invoice("sub-1", {}, ANN).totals
    assert (total.gross, total.discount) == ("30.00", "3.00")
    (listed,) = billing.invoices("sub-1", None, 2, ANN).invoices
    assert listed.totals == (total,)
    assert billing.invoice_pdf(listed.number, ANN).startswith(b"%PDF")
    assert len(billing.bill("sub-1", "2026-01-01T00:00:00Z", None, ANN).entries) == 3


def test_charges_recorded_meanwhile_stand_on_one_invoice_each(database: Database) -> None:
    office = redeemed(SPRING, store=database)
    charge(office, "first")

    def work(index: int) -> None:
        if index % 3:
            charge(office, f"le-{index}")
            return
        with suppress(Conflict):
            Billing(office).invoice("sub-1", {}, ANN)

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(work, range(24)))
    charge(office, "last")
    Billing(office).invoice("sub-1", {}, ANN)
    numbers = [each.number for each in Billing(office).invoices("sub-1", None, 99, ANN).invoices]
    assert numbers == [f"{number:08}" for number in range(1, len(numbers) + 1)]
    found = [Billing(office).find_invoice(number, ANN).entries for number in numbers]
    charges = [entry.charge for entries in found for entry in entries]
    assert sorted(charges) == sorted(
        ["first", "last", *(f"le-{index}" for index in range(24) if index % 3)]
    )


# --- on paper -----------------------------------------------------------------------------------


def pages(printed: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(BytesIO(printed)).pages]


def test_an_invoice_on_paper_shows_every_discount_with_its_label(office: Office) -> None:
    charge(office, "le-<1>&")
    billing = Billing(office)
    number = billing.invoice("sub-1", {}, ANN).number
    (page,) = pages(billing.invoice_pdf(number, ANN))
    for said in (
        "Invoice 00000001",
        "cus-1",
        "le-<1>&",
        "Spring (SPRING)",
        "Bäcker & Co (OTHER)",
        "-10.00 EUR",
        "99.99 EUR",
        "page 1 of 1",
    ):
        assert said in page


def test_a_long_invoice_has_numbered_pages_and_repeats_its_head(office: Office) -> None:
    for index in range(40):
        charge(office, f"le-{index:02}")
    billing = Billing(office)
    found = pages(billing.invoice_pdf(billing.invoice("sub-1", {}, ANN).number, ANN))
    assert len(found) > 1
    for number, page in enumerate(found, 1):
        assert f"page {number} of {len(found)}" in page
    assert all("Amount" in page for page in found[:-1])
    assert all(any(f"le-{index:02}" in page for page in found) for index in range(40))


def test_letters_that_the_type_lacks_are_shown_by_number_and_long_words_wrap(
    office: Office,
) -> None:
    charge(office, "漢-" + "x" * 240)
    billing = Billing(office)
    (page,) = pages(billing.invoice_pdf(billing.invoice("sub-1", {}, ANN).number, ANN))
    assert "[U+6F22]-" in page
    assert page.count("x") >= 240
    assert "99.99 EUR" in page


def test_a_label_longer_than_a_page_is_printed_whole() -> None:
    title = " ".join(f"word-{index}" for index in range(3000))
    office = redeemed(SPRING.replace("title: Spring", f"title: {title}"))
    charge(office, "le-1")
    billing = Billing(office)
    found = pages(billing.invoice_pdf(billing.invoice("sub-1", {}, ANN).number, ANN))
    assert len(found) > 1
    assert "word-2999" in "".join(found)


def test_the_same_invoice_is_the_same_bytes(office: Office) -> None:
    from engine.calendar import zone
    from engine.service.billing.invoice_pdf import render

    charge(office, "a")
    billing = Billing(office)
    made = billing.invoice("sub-1", {}, ANN)
    assert render(made, zone("Europe/Zurich")) == billing.invoice_pdf(made.number, ANN)
