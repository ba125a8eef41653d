"""Purchases: priced at once, their codes issued in steps, seen by whom they belong to."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import msgspec
import pytest

from engine.decisions.flaws import RequestError
from engine.inventory import buying
from engine.inventory.buying import Buying
from engine.inventory.clients import Clients
from engine.inventory.projects import Projects
from engine.inventory.purchased import Bought
from engine.inventory.purchases import PurchaseBook, PurchaseFilters
from engine.service.caller import Caller
from engine.service.errors import Conflict, KeyReused, NotFound
from engine.store.database import Database
from tests.databases import in_memory
from tests.service.desk import ME
from tests.service.issuing import KEY, POLICIES, Mint, mint, mint_of

__all__ = ["mint"]

PARTNERS = """\
---
partner: acme-energy
title: Acme Energy
contact: {email: hello@acme.example}
prices: {list: {pro: 480 EUR, bonus: 8 EUR, few: 10 USD}, volume: {10: 5%, 50: 10%}, markup: 15%}
---
partner: other
title: Other
prices: {list: {pro: 500 EUR}}
"""
THEIRS = Caller("theirs", partner="acme-energy")
OTHERS = Caller("others", partner="other")
QUOTED = {"coupon": "pro", "price": "1", "currency": "EUR"}


class Shop:
    """Buys codes, in few words."""

    def __init__(self, mint: Mint) -> None:
        self.mint = mint
        self.buying = Buying(mint.desk.office)
        self.book = PurchaseBook(mint.desk.office)
        mint.desk.push(POLICIES + PARTNERS)

    def buy(self, *lines: Any, caller: Caller = ME, **more: Any) -> Bought:
        """Buy codes, for the partner where nobody else is named."""
        buyer = {} if "customer" in more or "partner" in more else {"partner": "acme-energy"}
        return self.buying.buy({**buyer, "lines": [*map(line, lines)], **more}, caller)

    def flaws(self, *lines: Any, **more: Any) -> list[tuple[str, str]]:
        """What is wrong with a purchase."""
        with pytest.raises(RequestError) as refused:
            self.buy(*lines, **more)
        return [(flaw.pointer, flaw.message) for flaw in refused.value.flaws]

    def client(self, name: str, partner: str | None, *projects: str) -> None:
        """A client, with projects."""
        caller = Caller("someone", partner=partner)
        Clients(self.mint.desk.office).put(name, {}, caller)
        for project in projects:
            Projects(self.mint.desk.office).put(name, project, {}, caller)

    def told(self) -> list[dict[str, Any]]:
        """What was announced by mail."""
        rows = self.mint.rows("SELECT body, receiver FROM outbox ORDER BY message")
        return [{**msgspec.json.decode(body), "to": to} for body, to in rows]


def line(given: Any) -> dict[str, Any]:
    """A line that is written as `pro:25`, or whole."""
    if isinstance(given, dict):
        return given
    coupon, _, count = given.partition(":")
    return {"coupon": coupon, "count": int(count or 1)}


@pytest.fixture
def shop(mint: Mint) -> Shop:
    return Shop(mint)


@pytest.fixture(scope="module")
def stall() -> Shop:
    """A shop over a store in memory, for what leaves nothing behind."""
    found = Shop(mint_of(in_memory(), KEY))
    found.client("north", "acme-energy")
    found.client("east", "other")
    found.client("own", None)
    return found


def test_a_purchase_has_a_number_prices_and_codes(shop: Shop) -> None:
    bought = shop.buy("pro:8", "bonus:2")
    assert (bought.purchase, bought.currency, bought.total) == ("P-2026-00000001", "EUR", "3663.20")
    pro, bonus = bought.lines
    assert (pro.listed, pro.unit, pro.total, pro.resale) == (
        "480.00",
        "456.00",
        "3648.00",
        "524.40",
    )
    assert pro.tier is not None
    assert (pro.tier.start, pro.tier.off) == (10, "5%")
    assert (bonus.unit, bonus.total, bonus.grants) == ("7.60", "15.20", None)
    assert pro.grants == {"plan": "professional", "points": 50, "duration": "12 months"}
    assert [each.coupon for each in bought.codes] == ["pro"] * 8 + ["bonus"] * 2
    assert bought.codes[0].expires == "2027-03-01T12:00:00Z"
    assert bought.codes[9].expires is None
    assert shop.buy("pro").purchase == "P-2026-00000002"


def test_the_codes_are_in_the_stock_of_the_buyer(shop: Shop) -> None:
    shop.client("north", "acme-energy", "roof")
    bought = shop.buy("pro:2", client="north", project="roof")
    rows = shop.mint.rows("SELECT partner, purchase, client, project, batch FROM codes")
    bought_rows = [row for row in rows if row[1] is not None]
    number = bought.purchase
    assert bought_rows == [("acme-energy", number, "acme-energy:north", "roof", f"{number}-1")] * 2


def test_codes_bought_for_a_client_have_references_as_assigned_ones_have(shop: Shop) -> None:
    patterned = PARTNERS.replace(
        "prices:", 'references: "{client}-{project}-{number:3}"\nprices:', 1
    )
    shop.mint.desk.push(POLICIES + patterned)
    shop.client("north", "acme-energy", "roof")
    shop.buy("pro:2", "bonus", client="north", project="roof")
    shop.buy("pro", client="north")
    shop.buy("pro")
    rows = shop.mint.rows("SELECT reference FROM codes WHERE purchase IS NOT NULL")
    found = sorted(reference or "" for (reference,) in rows)
    assert found == ["", "", "north-roof-001", "north-roof-002", "north-roof-003"]


def test_the_codes_of_all_steps_have_references(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    patterned = PARTNERS.replace("prices:", 'references: "{client}-{number}"\nprices:', 1)
    shop.mint.desk.push(POLICIES + patterned)
    shop.client("north", "acme-energy")
    monkeypatch.setattr(buying, "CHUNK", 2)
    shop.buy("pro:5", client="north")
    rows = shop.mint.rows("SELECT reference FROM codes WHERE purchase IS NOT NULL")
    assert {reference for (reference,) in rows} == {f"north-{number}" for number in range(1, 6)}
    told = shop.mint.rows("SELECT receiver FROM outbox WHERE kind = 'code.assigned'")
    assert told == [("hello@acme.example",)]


def test_codes_that_were_bought_are_redeemed_as_others(shop: Shop) -> None:
    (code,) = shop.buy("pro").codes
    assert shop.mint.show(code.code).status == "unused"
    shop.mint.desk.redeemed(code.code, "sub-1")
    assert shop.mint.show(code.code).status == "activated"


def test_a_quote_goes_before_the_list_and_gets_no_tier(shop: Shop) -> None:
    bought = shop.buy({"coupon": "pro", "count": 60, "price": "400.00", "currency": "EUR"})
    (only,) = bought.lines
    assert (only.quoted, only.tier, only.unit, only.resale) == (True, None, "400.00", "460.00")
    assert bought.total == "24000.00"


def test_a_customer_buys_at_a_quote(shop: Shop) -> None:
    quote = {"coupon": "pro", "price": "99", "currency": "JPY"}
    bought = shop.buy(quote, customer="cus-1", email="ada@xyz.example", note="by phone")
    assert (bought.customer, bought.partner, bought.total) == ("cus-1", None, "99")
    assert (bought.lines[0].resale, bought.note) == (None, "by phone")
    shown = shop.book.show(bought.purchase, None, 10, ME)
    assert (shown.email, shown.note, shown.author) == ("ada@xyz.example", "by phone", "tests")


@pytest.mark.parametrize(
    ("lines", "more", "pointer", "said"),
    [
        (["pro"], {"partner": None}, "", "give one of the two"),
        (["pro"], {"customer": "cus-1", "partner": "other"}, "", "give one of the two"),
        (["pro"], {"partner": "acme"}, "/partner", "no partner is called `acme`"),
        (["prro"], {}, "/lines/0/coupon", "no coupon is called `prro`"),
        (["account"], {}, "/lines/0/price", "do not list `account`: add it"),
        (["pro"], {"customer": "c"}, "/lines/0/price", "a customer has no price list"),
        (["pro", "few"], {}, "/lines", "prices in EUR and USD: make a purchase for each"),
        ([{"coupon": "pro", "price": "1"}], {}, "/lines/0/currency", "needs its `currency`"),
        ([{"coupon": "pro", "currency": "EUR"}], {}, "/lines/0/currency", "give one, or neither"),
        (
            [{"coupon": "pro", "price": "1.234", "currency": "EUR"}],
            {},
            "/lines/0/price",
            "more decimals than EUR",
        ),
        (
            [{"coupon": "pro", "price": "one", "currency": "EUR"}],
            {},
            "/lines/0/price",
            "no amount such as",
        ),
        (
            [{"coupon": "pro", "price": "-1", "currency": "EUR"}],
            {},
            "/lines/0/price",
            "below zero",
        ),
        (
            [{"coupon": "pro", "price": "1", "currency": "EURO"}],
            {},
            "/lines/0/currency",
            "no ISO 4217 currency",
        ),
        (
            [{"coupon": "pro", "count": 9, "price": "9" * 18, "currency": "JPY"}],
            {},
            "/lines/0/count",
            "more than 18 digits",
        ),
        (["pro"], {"email": "nobody"}, "/email", "no email address"),
        (["pro"], {"client": "south"}, "/client", "no client is called `south`: check"),
        (["pro"], {"client": "other:east"}, "/client", "no client is called `other:east`"),
        ([QUOTED], {"client": "east", "customer": "c"}, "/client", "of the partner `other`"),
        (["pro"], {"client": "own"}, "/client", "no client is called `own`"),
        (["pro"], {"project": "roof"}, "/project", "give its `client`"),
        (["pro"], {"client": "north", "project": "x"}, "/project", "has no project `x`: check"),
        (["pro:600000", "bonus:600000"], {}, "/lines", "at most 1000000 codes"),
        ([], {}, "/lines", ""),
        (["pro:0"], {}, "/lines/0/count", ""),
        ([{"coupon": "account", "price": "1", "currency": "EUR"}], {}, "/lines/0/fields", ""),
    ],
)
def test_what_is_wrong_with_a_purchase_is_pointed_at(
    stall: Shop, lines: list[Any], more: dict[str, Any], pointer: str, said: str
) -> None:
    ((found, message),) = stall.flaws(*lines, **more)
    assert found == pointer
    assert said in message


def test_everything_that_is_wrong_is_said_at_once(stall: Shop) -> None:
    found = stall.flaws("prro", "account", email="x", client="south")
    assert [pointer for pointer, _ in found] == [
        "/email",
        "/client",
        "/lines/0/coupon",
        "/lines/1/price",
    ]


def test_nothing_is_left_of_a_purchase_that_can_not_be(shop: Shop) -> None:
    quote = {"coupon": "brief", "count": 5000, "price": "1", "currency": "EUR"}
    with pytest.raises(Conflict, match="random symbols"):
        shop.buy("pro", quote)
    assert shop.book.list(PurchaseFilters(), None, 10, ME).purchases == ()
    assert shop.buy("pro").purchase == "P-2026-00000001"


def test_the_same_key_buys_once(shop: Shop) -> None:
    caller = replace(ME, key="k-1")
    first = shop.buy("pro:3", caller=caller)
    assert shop.buy("pro:3", caller=caller) == first
    with pytest.raises(KeyReused):
        shop.buy("pro:4", caller=caller)
    assert len(shop.book.list(PurchaseFilters(), None, 10, ME).purchases) == 1


def test_a_purchase_of_many_goes_on_where_it_stopped(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(buying, "CHUNK", 4)
    steps = shop.buying.steps(msgspec.convert(_many(), buying.Buy), ME)
    first = next(steps)
    steps.close()
    assert (first.wanted, first.issued) == (11, 4)
    assert shop.told() == []
    rest = shop.buying.resume(first.purchase, ME)
    assert (rest.issued, rest.is_whole, len(rest.codes)) == (11, True, 7)
    assert shop.buying.resume(first.purchase, ME).codes == ()
    shown = shop.book.show(first.purchase, None, 100, ME)
    assert sorted(each.code for each in shown.codes) == sorted(
        each.code for part in (first, rest) for each in part.codes
    )
    assert [each.issued for each in shown.lines] == [3, 8]
    assert len(shop.told()) == 1


def test_a_request_that_broke_off_answers_the_same_codes_again(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(buying, "CHUNK", 4)
    caller = replace(ME, key="k-1")
    first = next(shop.buying.steps(msgspec.convert(_many(), buying.Buy), caller))
    whole = shop.buying.buy(_many(), caller)
    assert whole.codes[:4] == first.codes
    assert len({each.code for each in whole.codes}) == 11
    assert whole.purchase == first.purchase


def test_codes_resumed_by_several_are_issued_and_told_of_once(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(buying, "CHUNK", 4)
    number = next(shop.buying.steps(msgspec.convert(_many(), buying.Buy), ME)).purchase
    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(lambda _: shop.buying.resume(number, ME), range(4)))
    assert sum(len(each.codes) for each in done) == 7
    assert len(shop.book.show(number, None, 100, ME).codes) == 11
    assert len(shop.told()) == 1


def _many() -> dict[str, Any]:
    return {"partner": "acme-energy", "lines": [line("pro:3"), line("bonus:8")]}


def test_the_buyer_is_told_when_the_codes_are_there(shop: Shop) -> None:
    shop.buy("pro:2")
    bought = shop.buy("pro", email="buyer@acme.example")
    contact, buyer = shop.told()
    assert (contact["to"], buyer["to"]) == ("hello@acme.example", "buyer@acme.example")
    assert buyer["type"] == "codes.delivered"
    said = buyer["data"]
    assert said["attach"] == {"receipt": bought.purchase}
    assert (said["purchase"], said["total"], said["count"]) == (bought.purchase, "480.00", 1)
    assert said["codes"] == [
        {"code": bought.codes[0].code, "coupon": "pro", "expires": "2027-03-01T12:00:00Z"}
    ]
    assert said["expires"] == "2027-03-01T12:00:00Z"


def test_the_codes_of_a_purchase_are_shown_in_parts(shop: Shop) -> None:
    number = shop.buy("pro:5").purchase
    first = shop.book.show(number, None, 2, ME)
    rest = shop.book.show(number, first.next, 100, ME)
    assert (len(first.codes), len(rest.codes), rest.next) == (2, 3, None)
    assert len({each.code for each in (*first.codes, *rest.codes)}) == 5


def test_purchases_are_listed_in_parts_and_filtered(shop: Shop) -> None:
    mine = [shop.buy("pro").purchase for _ in range(3)]
    other = shop.buy("pro", partner="other").purchase
    first = shop.book.list(PurchaseFilters(), None, 3, ME)
    rest = shop.book.list(PurchaseFilters(), first.next, 3, ME)
    assert [each.purchase for each in (*first.purchases, *rest.purchases)] == [*mine, other]
    found = shop.book.list(PurchaseFilters(partner="other"), None, 9, ME)
    assert [each.purchase for each in found.purchases] == [other]


def test_a_partner_sees_its_own_purchases_and_prices_only(shop: Shop) -> None:
    mine, other = shop.buy("pro").purchase, shop.buy("pro", partner="other").purchase
    seen = shop.book.list(PurchaseFilters(), None, 9, THEIRS).purchases
    assert [each.purchase for each in seen] == [mine]
    with pytest.raises(NotFound, match="no partner is called `other`"):
        shop.book.list(PurchaseFilters(partner="other"), None, 9, THEIRS)
    assert shop.book.show(mine, None, 9, THEIRS).purchase == mine
    for number in (other, "P-2026-99999999"):
        with pytest.raises(NotFound, match=f"no purchase has the number `{number}`"):
            shop.book.show(number, None, 9, THEIRS)
    with pytest.raises(NotFound, match="no partner is called `other`"):
        shop.book.prices("other", None, 1, THEIRS)
    assert shop.book.prices("other", None, 1, OTHERS).title == "Other"


def test_prices_are_those_that_a_purchase_has(shop: Shop) -> None:
    found = shop.book.prices("acme-energy", "pro", 10, ME)
    (price,) = found.prices
    (bought,) = shop.buy("pro:10").lines
    assert (price.unit, price.total, price.resale) == (bought.unit, bought.total, bought.resale)
    assert (found.tier, found.markup) == (bought.tier, "15%")
    assert [(each.start, each.off) for each in found.volume] == [(10, "5%"), (50, "10%")]
    everything = shop.book.prices("acme-energy", None, 1, ME)
    assert [each.coupon for each in everything.prices] == ["pro", "bonus", "few"]
    assert everything.tier is None


def test_a_coupon_without_a_price_is_said_to_have_none(shop: Shop) -> None:
    with pytest.raises(NotFound, match="do not list `account`"):
        shop.book.prices("acme-energy", "account", 1, ME)


def test_a_purchase_is_journalled(shop: Shop) -> None:
    shop.buy("pro")
    (entry,) = shop.mint.noted("buy codes")
    assert '"coupon":"pro"' in entry
    assert "480.00 EUR" in entry


def test_numbers_begin_anew_each_year_of_the_zone_of_the_space(shop: Shop) -> None:
    shop.buy("pro")
    shop.mint.desk.at("2026-12-31T23:30:00Z")
    assert shop.buy("pro").purchase == "P-2027-00000001"


def test_an_unknown_purchase_is_not_resumed(shop: Shop) -> None:
    with pytest.raises(NotFound, match="no purchase has the number `P-1`"):
        shop.buying.resume("P-1", ME)


def test_the_store_keeps_a_purchase_over_a_restart(shop: Shop, database: Database) -> None:
    bought = shop.buy("pro:2")
    again = Shop(Mint(shop.mint.desk))
    assert again.book.show(bought.purchase, None, 9, ME).total == bought.total
    assert database is shop.mint.desk.office.database
