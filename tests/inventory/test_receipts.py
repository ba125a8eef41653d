"""Receipts: every code of a purchase on paper, what it is for, and until when."""

from __future__ import annotations

import pytest

from engine.inventory import receipts
from engine.inventory.actions import ACTIONS
from engine.inventory.desk import InventoryDesk
from engine.inventory.lines import DoneLine
from engine.inventory.receipts import Receipts
from engine.inventory.wanted import Buy, WantedLine
from engine.service.errors import NotFound
from tests.databases import in_memory
from tests.inventory.test_purchases import ME, OTHERS, THEIRS, Shop
from tests.paper.looking import words
from tests.service.issuing import KEY, mint_of

QUOTE = {"coupon": "pro", "count": 1, "price": "99.95", "currency": "EUR"}


@pytest.fixture
def shop() -> Shop:
    """A shop over a store in memory."""
    return Shop(mint_of(in_memory(), KEY))


def printed(shop: Shop, number: str) -> str:
    """What all pages of a receipt say."""
    return "\n".join(words(Receipts(shop.mint.desk.office).pdf(number, ME)))


def acted(shop: Shop, action: str, code: str, **shared: str) -> DoneLine:
    """What became of a code that something was done to."""
    asked = {"codes": [code], **shared}
    (done,) = InventoryDesk.of(shop.mint.desk.office).actions.run(ACTIONS[action], asked, ME).lines
    assert done.outcome == "done", done
    return done


def test_a_receipt_has_number_date_buyer_lines_prices_and_codes(shop: Shop) -> None:
    shop.client("north", "acme-energy", "roof")
    more = {"client": "north", "project": "roof", "email": "buy@acme.example", "note": "Order 7"}
    bought = shop.buy("pro:9", "bonus:2", QUOTE, **more)
    said = printed(shop, bought.purchase)
    for text in (
        "Receipt P-2026-00000001",
        "Seller: acme",
        "Date: 2026-03-01",
        "Buyer: Acme Energy (acme-energy)",
        "Email: buy@acme.example",
        "For: acme-energy:north / roof",
        "Note: Order 7",
        "Professional: 480.00 EUR less 5% from 10",
        "456.00 EUR",
        "4104.00 EUR",
        "Bonus: 8.00 EUR less 5%",
        "Professional, at a quote",
        "4219.15 EUR",
        "9 of 9 codes: Professional",
        "Plan: professional",
        "50 points",
        "For 12 months from activation",
        "Discount: 10 EUR",
        "2027-03-01 13:00 +01:00",
        "no end of its own",
        "Codes are not refunded for money",
    ):
        assert text in said, text
    assert all(each.code in said for each in bought.codes)


def test_a_receipt_of_a_thousand_codes_has_all_of_them(shop: Shop) -> None:
    bought = shop.buy("pro:1000")
    said = printed(shop, bought.purchase)
    assert len(bought.codes) == 1000
    assert all(each.code in said for each in bought.codes)
    assert "page 1 of" in said


def test_a_purchase_that_lacks_codes_says_so(shop: Shop) -> None:
    wanted = Buy([WantedLine("pro", 5)], partner="acme-energy")
    number = next(shop.buying.steps(wanted, ME, 3)).purchase
    assert "3 of 5 codes: Professional" in printed(shop, number)


def test_a_purchase_too_large_for_paper_says_where_its_codes_are(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    bought = shop.buy("pro:5")
    monkeypatch.setattr(receipts, "MOST", 4)
    said = printed(shop, bought.purchase)
    assert "coupon codes export --batch P-2026-00000001-1" in " ".join(said.split())
    assert bought.codes[0].code not in said


def test_the_same_receipt_is_the_same_bytes(shop: Shop) -> None:
    number = shop.buy("pro").purchase
    office = shop.mint.desk.office
    assert Receipts(office).pdf(number, ME) == Receipts(office).pdf(number, ME)
    in_work = office.read(lambda work: receipts.receipt_pdf(work, number), ME)
    assert in_work == Receipts(office).pdf(number, ME)


def test_a_receipt_says_what_became_of_its_codes_since(shop: Shop) -> None:
    bought = shop.buy("pro:4")
    exchanged, cancelled, extended, kept = [each.code for each in bought.codes]
    done = acted(shop, "exchange", exchanged, to="few", because="wish")
    acted(shop, "cancel", cancelled, because="twice")
    acted(shop, "extend", extended, by="1 year", because="goodwill")
    said = " ".join(printed(shop, bought.purchase).split())
    assert f"exchanged for {done.replaced_by}" in said
    assert f"{cancelled} Professional cancelled" in said
    assert f"{extended} Professional 2028-03-01 13:00 +01:00, extended" in said
    assert f"{kept} Professional 2027-03-01 13:00 +01:00" in said
    assert said.count("2027-03-01") == 1
    assert printed(shop, bought.purchase) == printed(shop, bought.purchase)


def test_a_partner_has_the_receipts_of_its_own_purchases(shop: Shop) -> None:
    number = shop.buy("pro").purchase
    found = Receipts(shop.mint.desk.office)
    assert found.pdf(number, THEIRS).startswith(b"%PDF")
    with pytest.raises(NotFound, match="no purchase has the number"):
        found.pdf(number, OTHERS)
