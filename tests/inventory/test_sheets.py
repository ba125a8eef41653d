"""Sheets: codes on branded cards, whose QR codes are checked without the service."""

from __future__ import annotations

from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import delete, text

from engine.codes.statements import Statement, new_signing_key, read_private, verify
from engine.decisions.flaws import RequestError
from engine.inventory import sheets as module
from engine.inventory.filters import InventoryFilters
from engine.inventory.sheets import Sheet, Sheets
from engine.language.vocabulary import Fold
from engine.service.errors import Conflict, NotFound
from engine.store import statements
from engine.store.tables import LOGOS
from tests.databases import in_memory
from tests.inventory.test_purchases import ME, OTHERS, THEIRS, Shop
from tests.paper.looking import logo, page_picture, read_codes, words
from tests.service.issuing import KEY, POLICIES, mint_of

PRIVATE = read_private(new_signing_key()[0])
PUBLIC: Ed25519PublicKey = PRIVATE.public_key()
BLUE = (0, 83, 159)
ADDED = """\
---
partner: acme-energy
title: Acme Energy
contact: {email: hello@acme.example, phone: "+41 44 000 00 00", web: https://acme.example}
colours: {primary: "#00539f"}
prices: {list: {pro: 480 EUR, bonus: 8 EUR, whole: 900 EUR}}
---
partner: other
title: Vereinigte Energie- und Wasserversorgungsgesellschaft der Region Mittelland AG
prices: {list: {pro: 500 EUR}}
---
coupon: whole
title: Everything that there is, for installers in the region, for twelve months and longer
format: voucher
valid: 12 months
grants:
  plan: professional
  features: [Dashboards, Archive, Sensors, Map]
  points: 1
  subaccounts: 2
  duration: 12 months
redemption: [at most 1 redemption per code]
"""


class Press:
    """Prints the codes of a shop."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.office = shop.mint.desk.office
        self.signed = Sheets(self.office, PRIVATE)
        self.plain = Sheets(self.office)

    def sheet(self, *, codes: tuple[str, ...] = (), per_page: int = 8, **filters: Any) -> Sheet:
        """A signed sheet."""
        wanted = InventoryFilters(**filters)
        return self.signed.sheet(wanted, ME, codes=codes, per_page=per_page)

    def logo(self, image: bytes, partner: str = "acme-energy") -> None:
        """Give a partner a logo, whatever it is."""

        def put(tx: Any) -> None:
            tx.run(statements.Statement(delete(LOGOS).where(LOGOS.c.partner == partner)))
            add = statements.insertion(LOGOS)
            tx.run(add, space="acme", partner=partner, media="image/png", image=image)

        self.office.database.write(put)


@pytest.fixture
def press() -> Press:
    """A press over a store in memory."""
    shop = Shop(mint_of(in_memory(), KEY))
    shop.mint.desk.push(POLICIES + ADDED)
    return Press(shop)


def verified(printed: bytes, page: int = 0) -> dict[str, Statement]:
    """What the QR codes of a page say by the public key alone, by code."""
    texts = read_codes(page_picture(printed, page))
    said = [verify(text, [PUBLIC]) for text in texts]
    return {each.code: each for each in said}


def test_every_qr_of_a_page_is_verified_offline(press: Press) -> None:
    bought = press.shop.buy("pro:4", "whole:4")
    printed = press.sheet(purchase=bought.purchase)
    found = verified(printed.pdf)
    assert found.keys() == {each.code for each in bought.codes}
    whole = found[bought.codes[4].code]
    assert (whole.issuer, whole.coupon, whole.expires) == ("acme", "whole", "2027-03-01T12:00:00Z")
    assert whole.grant is not None
    assert whole.grant["features"] == ["Dashboards", "Archive", "Sensors", "Map"]
    assert (printed.cards, printed.after) == (8, None)


def test_a_card_says_who_gives_it_what_it_grants_and_until_when(press: Press) -> None:
    press.shop.client("north", "acme-energy")
    bought = press.shop.buy("whole", client="north")
    (page,) = words(press.sheet(purchase=bought.purchase).pdf)
    said = " ".join(page.split())
    for each in (
        "Acme Energy",
        "hello@acme.example · +41 44 000 00 00",
        "https://acme.example",
        "Everything that there is, for installers in the region",
        bought.codes[0].code,
        "Plan: professional",
        "1 point · 2 subaccounts",
        "For 12 months from activation",
        "Features (Core): Dashboards, Archive, Sensors, Map",
        "Valid until 2027-03-01 13:00 +01:00",
        f"Codes {bought.purchase} · page 1 of 1",
    ):
        assert each in said, each
    assert "COUPON_SIGNING_KEY" not in said


def test_the_logo_and_the_colour_of_the_partner_are_on_the_card(press: Press) -> None:
    bought = press.shop.buy("pro")
    before = blue_of(press.sheet(purchase=bought.purchase).pdf)
    press.logo(logo())
    after = blue_of(press.sheet(purchase=bought.purchase).pdf)
    assert 0 < before < after


def blue_of(printed: bytes) -> int:
    """How many pixels of a page are of the partner's blue."""
    picture = page_picture(printed, dpi=72)
    counted = picture.getcolors(picture.width * picture.height)
    assert counted is not None
    return sum(
        count
        for count, seen in counted
        if isinstance(seen, tuple)
        and max(abs(one - other) for one, other in zip(seen, BLUE, strict=False)) < 9
    )


@pytest.mark.parametrize(
    "image",
    [b"", b"<svg/>", logo()[:200], logo("JPEG")[:90], bytes(2 << 20)],
    ids=["nothing", "svg", "half a png", "half a jpeg", "too large"],
)
def test_a_hostile_logo_is_left_out(press: Press, image: bytes) -> None:
    bought = press.shop.buy("pro")
    press.logo(image)
    printed = press.sheet(purchase=bought.purchase)
    assert verified(printed.pdf).keys() == {bought.codes[0].code}
    assert "Acme Energy" in words(printed.pdf)[0]


def test_without_a_key_the_qr_is_the_code_and_the_sheet_says_nothing_of_it(press: Press) -> None:
    bought = press.shop.buy("pro:3")
    printed = press.plain.sheet(InventoryFilters(purchase=bought.purchase), ME).pdf
    assert set(read_codes(page_picture(printed))) == {each.code for each in bought.codes}
    said = " ".join(words(printed)[0].split())
    assert "QR" not in said
    assert "COUPON_SIGNING_KEY" not in said


@pytest.mark.parametrize("per_page", [1, 2, 4, 6, 8, 10])
def test_every_layout_can_be_read(press: Press, per_page: int) -> None:
    bought = press.shop.buy(f"whole:{per_page + 1}")
    printed = press.sheet(purchase=bought.purchase, per_page=per_page).pdf
    first, second = verified(printed), verified(printed, 1)
    assert (len(first), len(second)) == (per_page, 1)
    assert first.keys() | second.keys() == {each.code for each in bought.codes}


def test_codes_without_a_partner_have_the_name_of_the_space(press: Press) -> None:
    code = press.shop.mint.one("pro")
    (page,) = words(press.sheet(codes=(code,)).pdf)
    assert "acme" in page
    assert code in page


def test_a_long_name_without_a_logo_is_printed_whole(press: Press) -> None:
    bought = press.shop.buy("pro", partner="other")
    (page,) = words(press.sheet(purchase=bought.purchase).pdf)
    said = " ".join(page.split())
    assert "Vereinigte Energie- und Wasserversorgungsgesellschaft der Region Mittelland" in said


def test_only_codes_that_can_still_be_activated_are_printed(press: Press) -> None:
    bought = press.shop.buy("pro:3")
    press.shop.mint.desk.redeemed(bought.codes[0].code, "sub-1")
    found = verified(press.sheet(purchase=bought.purchase).pdf)
    assert found.keys() == {each.code for each in bought.codes[1:]}
    with pytest.raises(Conflict, match="is activated"):
        press.sheet(codes=(bought.codes[0].code,))
    press.shop.mint.desk.at("2027-03-01T12:00:00Z")
    with pytest.raises(Conflict, match="none of these codes can still be activated"):
        press.sheet(purchase=bought.purchase)


def test_codes_are_chosen_by_client_batch_or_by_name(press: Press) -> None:
    press.shop.client("north", "acme-energy")
    bought = press.shop.buy("pro:2", client="north")
    press.shop.buy("pro:2")
    codes = {each.code for each in bought.codes}
    assert verified(press.sheet(client="north", partner="acme-energy").pdf).keys() == codes
    assert verified(press.sheet(batch=f"{bought.purchase}-1").pdf).keys() == codes
    one = bought.codes[0].code
    assert verified(press.sheet(codes=(one.lower(), one)).pdf).keys() == {one}


def test_a_reference_is_on_the_card(press: Press) -> None:
    bought = press.shop.buy("pro")
    key = Fold.CODE.apply(bought.codes[0].code)
    query = "UPDATE codes SET reference = 'muster-roof-001' WHERE code = :code"
    update = statements.Statement(text(query))
    press.office.database.write(lambda tx: tx.run(update, code=key))
    assert "Reference: muster-roof-001" in words(press.sheet(purchase=bought.purchase).pdf)[0]


def test_many_codes_are_printed_in_parts(press: Press, monkeypatch: pytest.MonkeyPatch) -> None:
    bought = press.shop.buy("pro:5")
    monkeypatch.setattr(module, "MOST", 2)
    filters = InventoryFilters(purchase=bought.purchase)
    found: set[str] = set()
    after: str | None = ""
    while after is not None:
        part = press.signed.sheet(filters, ME, after=after)
        found |= verified(part.pdf).keys()
        after = part.after
    assert found == {each.code for each in bought.codes}
    assert press.signed.whole(filters, ME).cards == 5


def test_codes_that_are_used_leave_no_gap_between_parts(
    press: Press, monkeypatch: pytest.MonkeyPatch
) -> None:
    bought = press.shop.buy("pro:6")
    codes = sorted(each.code for each in bought.codes)
    monkeypatch.setattr(module, "MOST", 2)
    for code in (*codes[:2], *codes[4:]):
        body = {"code": code, "customer": {"id": f"cus {code}"}}
        press.shop.mint.desk.redemptions.redeem(body, ME)
    printed = press.sheet(purchase=bought.purchase)
    assert verified(printed.pdf).keys() == set(codes[2:4])
    # Nothing that can be printed comes after them.
    assert printed.after is None


def test_a_partner_prints_its_own_codes(press: Press) -> None:
    bought = press.shop.buy("pro")
    filters = InventoryFilters(purchase=bought.purchase)
    assert press.signed.sheet(filters, THEIRS).cards == 1
    with pytest.raises(Conflict, match="none of these codes"):
        press.signed.sheet(filters, OTHERS)
    for caller in (OTHERS, ME):
        code = bought.codes[0].code if caller is OTHERS else "9V2K-71MC-PZQ4-0TNE"
        with pytest.raises(NotFound, match="no code"):
            press.signed.sheet(InventoryFilters(), caller, codes=(code,))


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({}, "say which codes"),
        ({"purchase": "P-1", "per_page": 3}, "one of 1, 2, 4, 6, 8, 10 cards, not 3"),
        ({"purchase": "P-1", "codes": ("A",)}, "give no filter beside it"),
    ],
)
def test_a_request_that_makes_no_sheet_is_refused(
    press: Press, asked: dict[str, Any], said: str
) -> None:
    with pytest.raises(RequestError, match=said):
        press.sheet(**asked)


def long_coupon(features: int) -> str:
    """A coupon whose codes grant so many things with long names."""
    names = ", ".join(f"A feature with a long name number {index}" for index in range(features))
    return f"""\
---
coupon: long
title: Long
format: voucher
grants: {{add-ons: [{names}]}}
redemption: [at most 1 redemption per code]
"""


def test_a_long_statement_gets_a_larger_card(press: Press) -> None:
    press.shop.mint.desk.push(POLICIES + ADDED + long_coupon(30))
    codes = press.shop.mint.issue("long", count=7).codes
    printed = press.sheet(codes=codes).pdf
    assert (len(verified(printed)), len(verified(printed, 1))) == (6, 1)
    assert "number 15" in words(printed)[0]


def test_a_statement_too_long_for_any_card_is_said_to_be(press: Press) -> None:
    press.shop.mint.desk.push(POLICIES + ADDED + long_coupon(80))
    with pytest.raises(Conflict, match="too long for cards"):
        press.sheet(codes=press.shop.mint.issue("long").codes)


def test_the_same_sheet_is_the_same_bytes(press: Press) -> None:
    bought = press.shop.buy("pro:3")
    press.logo(logo())
    assert press.sheet(purchase=bought.purchase) == press.sheet(purchase=bought.purchase)
