"""Groups and partners in plain English, with every figure of their files."""

from __future__ import annotations

import pytest

from engine.analysis.explain import explain
from engine.analysis.explain_group import explain_group
from engine.analysis.explain_partner import explain_partner
from engine.catalogue.catalogue import Catalogue
from engine.catalogue.loader import load_texts

GROUP = """\
group: xyz
title: Company XYZ
owner: {customer: cus-xyz, product: Group owners, plan: xyz-owners, amount: 900.00 USD}
users: {product: Group users, plan: xyz-users, amount: 20.00 USD}
access:
  - code: XYZCOUPONCODE
    seats: 50
  - unique codes: 10
  - list: 40
  - email domain: xyz.example
  - networks: [192.0.2.0/24, "2001:db8::/32"]
"""
GROUP_PAGE = """\
xyz: Company XYZ

A group, written at g.yaml:1.

Who is billed
  The customer cus-xyz, for the plan xyz-owners of the product "Group owners":
  900.00 USD, by invoice.

What its users get
  The plan xyz-users of the product "Group users", all of its fees paid by the
  group. It would cost 20.00 USD without the group.

Ways in
  Each is a coupon of its own, which `coupon explain` tells more of by its name:
  1. Whoever types the code XYZCOUPONCODE, for 50 seats.
     The coupon xyz-code, line 6.
  2. Whoever types one of 10 codes, each of which can be redeemed once.
     The coupon xyz-unique-codes, line 8.
  3. Whoever is on the imported list, for 40 seats.
     The coupon xyz-list, line 9.
  4. Whoever has an email address of xyz.example, without a code.
     The coupon xyz-email-domain, line 10.
  5. Whoever comes from one of the networks 192.0.2.0/24 or 2001:db8::/32,
     without a code.
     The coupon xyz-networks, line 11.
  A customer takes one seat, however often they come in, and frees it when they
  leave.
"""
YEAR = """\
coupon: year
title: A year
discount: 10%
redemption: [at most 5 redemptions per code]
application: [fee is period]
---
"""
PARTNER = """\
partner: acme
title: Acme Energy
logo: acme.png
contact: {email: hello@acme.example, web: https://acme.example}
colours: {primary: "#00539f"}
prices: {list: {year: 10.01 EUR}, volume: {10: 5%, 50: 12.5%}, markup: 15%}
references: "{client}-{number:3}"
"""
PARTNER_PAGE = """\
acme: Acme Energy

A partner, written at g.yaml:7; its logo is acme.png, its colour #00539f.

How clients reach it
  By email hello@acme.example or web https://acme.example.

What codes cost
  The price of one code, unless a purchase is quoted otherwise:
  - year (A year): 10.01 EUR, sold on for 11.51 EUR.
  Off the listed price of every code of one purchase: 5% from 10 codes and 12.5%
  from 50 codes.
  It adds 15% to what a code cost when it sells it on.

References
  Each assignment gets one like {client}-{number:3}.
"""


def catalogue(text: str) -> Catalogue:
    read = load_texts({"g.yaml": text})
    assert read.diagnostics == ()
    return read


def partner_page(text: str) -> str:
    read = catalogue(text)
    return explain_partner(read.partners["acme"], read)


def test_the_page_of_a_group() -> None:
    assert explain_group(catalogue(GROUP).groups["xyz"]) == GROUP_PAGE


def test_a_group_that_says_little() -> None:
    head = "group: a\nowner: {customer: c, product: p, plan: o, billing: card}\n"
    text = f"{head}users: {{product: p, plan: u}}\naccess: "
    page = " ".join(explain_group(catalogue(f"{text}[]\n").groups["a"]).split())
    assert "for the plan o of the product p: at the plan's own price, by card." in page
    assert "None: nobody can come in yet." in page
    ways = "[{code: A}, {code: B, seats: 1}, {unique codes: 1}, {networks: [10.0.0.0/8]}]"
    page = " ".join(explain_group(catalogue(f"{text}{ways}\n").groups["a"]).split())
    for said in (
        "Whoever types the code A, for as many as come.",
        "Whoever types the code B, for one seat.",
        "Whoever types the one code, which can be redeemed once.",
        "Whoever comes from the network 10.0.0.0/8, without a code.",
    ):
        assert said in page


def test_the_page_of_a_partner() -> None:
    assert partner_page(YEAR + PARTNER) == PARTNER_PAGE


def test_a_partner_that_says_little() -> None:
    page = partner_page("partner: acme\n")
    assert page.startswith("acme\n\nA partner, written at g.yaml:1; it has no logo.\n")
    assert "Its document doesn't say." in page
    assert "No price is listed: each purchase needs a quote." in page
    assert "Nothing says how they look: each is given by hand." in page


def test_the_references_of_the_space_hold_where_a_partner_has_none() -> None:
    page = partner_page('space: s\nreferences: "{year}-{number}"\n---\npartner: acme\n')
    assert "Each assignment gets one like {year}-{number}, as the space says." in page


def test_a_price_is_sold_on_as_the_space_rounds() -> None:
    price = YEAR + "partner: acme\nprices: {list: {year: 0.10 EUR}, markup: 25%}\n"
    assert "sold on for 0.13 EUR" in partner_page(price)
    assert "sold on for 0.12 EUR" in partner_page(f"space: s\nrounding: half-even\n---\n{price}")


@pytest.mark.parametrize(
    ("coupon", "said"),
    [
        ("xyz-code", "1 is listed: XYZCOUPONCODE."),
        ("xyz-unique-codes", "None are listed: each is issued or imported."),
        ("xyz-list", "None: who is on the list needs no code."),
        ("xyz-email-domain", "None: who comes in this way types no code."),
        ("xyz-networks", "None: who comes in this way types no code."),
    ],
)
def test_the_page_of_a_way_in_says_whose_it_is_and_who_types_a_code(coupon: str, said: str) -> None:
    read = catalogue(GROUP)
    page = " ".join(explain(read.coupons[coupon], read).split())
    assert "It is a way into the group xyz." in page
    assert said in page
