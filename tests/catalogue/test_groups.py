"""Groups: each way in is a coupon of its own, and what is wrong is said at the very word."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.catalogue.catalogue import Catalogue, Coupon
from engine.catalogue.deriving import document_of
from engine.catalogue.groups import Group, Owner, Users
from engine.catalogue.loader import load, load_texts
from engine.money import Money
from engine.resources import folder
from tests.catalogue.test_diagnostics import Found, marked

SPACE = "space: acme\ntimezone: Europe/Zurich\n---\n"
HEAD = """\
group: xyz
title: Company XYZ
owner: {customer: cus-xyz, product: Group owners, plan: xyz-owners, amount: 900.00 USD}
users: {product: Group users, plan: xyz-users, amount: 20.00 USD}
"""
ACCESS = """\
access:
  - code: XYZCOUPONCODE
    seats: 50
  - unique codes: 10
  - list: 40
  - email domain: XYZ.example
  - networks: [192.0.2.0/24, "2001:db8::/32"]
"""
SHARED = """\
coupon: xyz-code
title: Company XYZ
discount: 100%
codes: [XYZCOUPONCODE]
labels: {group: xyz}
redemption:
  - product is "Group users"
  - subscription.plan is xyz-users
  - at most 1 redemption per customer
  - at most 50 redemptions per coupon
application:
  - product is "Group users"
  - subscription.plan is xyz-users
allow: [no-fee-rule, open-values]
"""


def catalogue(*documents: str) -> Catalogue:
    return load_texts({"g.yaml": SPACE + "---\n".join(documents)})


def found(*documents: str) -> Found:
    """The name, line and column of each diagnostic; the lines of the space don't count."""
    diagnostics = catalogue(*documents).diagnostics
    return [(each.name, each.location.line - 3, each.location.column) for each in diagnostics]


def said(*documents: str) -> tuple[str, str]:
    (only,) = catalogue(*documents).diagnostics
    return only.message, only.help


def coupons(*documents: str) -> dict[str, Coupon]:
    read = catalogue(*documents)
    assert read.diagnostics == ()
    return dict(read.coupons)


def rules(coupon: Coupon) -> list[tuple[str, int, int]]:
    """The sentences of a coupon about who may redeem, each with its place."""
    return [(e.text, e.location.line - 3, e.location.column) for e in coupon.redemption]


def test_a_group_is_read() -> None:
    read = catalogue(HEAD + ACCESS).groups["xyz"]
    assert isinstance(read, Group)
    assert read.title == "Company XYZ"
    assert read.owner == Owner(
        "cus-xyz", "Group owners", "xyz-owners", Money(90000, "USD"), "invoice"
    )
    assert read.users == Users("Group users", "xyz-users", Money(2000, "USD"))
    assert [(way.kind, way.coupon) for way in read.ways] == [
        ("code", "xyz-code"),
        ("unique codes", "xyz-unique-codes"),
        ("list", "xyz-list"),
        ("email domain", "xyz-email-domain"),
        ("networks", "xyz-networks"),
    ]
    assert [(way.code, way.seats) for way in read.ways[:3]] == [
        ("XYZCOUPONCODE", 50),
        (None, 10),
        (None, 40),
    ]
    assert read.ways[3].domain == "xyz.example"
    assert read.ways[4].networks == ("192.0.2.0/24", "2001:db8::/32")


def test_what_may_be_left_out() -> None:
    text = "group: a\nowner: {customer: c, product: p, plan: o}\nusers: {product: p, plan: u}\n"
    read = catalogue(f"{text}access: []\n")
    assert read.diagnostics == ()
    group = read.groups["a"]
    assert (group.title, group.owner.amount, group.owner.billing) == ("a", None, "invoice")
    assert (group.users.amount, group.ways) == (None, ())


def test_each_way_in_is_a_coupon_that_everything_else_sees() -> None:
    read = catalogue(HEAD + ACCESS)
    assert list(read.coupons) == [each.coupon for each in read.groups["xyz"].ways]
    assert read.derived.keys() == read.coupons.keys()
    shared = read.coupons["xyz-code"]
    assert (shared.title, shared.codes, shared.labels) == (
        "Company XYZ",
        ("XYZCOUPONCODE",),
        {"group": "xyz"},
    )
    assert [each.text for each in shared.discount] == ["100%"]


def test_a_way_in_has_a_document_that_reads_like_a_written_one() -> None:
    read = catalogue(HEAD + ACCESS)
    document = document_of(read.derived["xyz-code"])
    assert (document.file, document.line, document.text) == ("g.yaml", 9, SHARED)
    again = load_texts({"f.yaml": SPACE + SHARED})
    assert again.diagnostics == ()
    written = again.coupons["xyz-code"]
    assert [each.text for each in written.redemption] == [
        each.text for each in read.coupons["xyz-code"].redemption
    ]


def test_the_rules_of_each_way_stand_at_the_words_that_make_them() -> None:
    read = coupons(HEAD + ACCESS)
    same = [('product is "Group users"', 4, 18), ("subscription.plan is xyz-users", 4, 37)]

    def own(line: int) -> list[tuple[str, int, int]]:
        return [*same, ("at most 1 redemption per customer", line, 5)]

    assert rules(read["xyz-code"]) == [*own(6), ("at most 50 redemptions per coupon", 7, 12)]
    assert rules(read["xyz-unique-codes"]) == [*own(8), ("at most 1 redemption per code", 8, 19)]
    assert rules(read["xyz-list"]) == [*own(9), ("at most 40 redemptions per coupon", 9, 11)]
    assert rules(read["xyz-email-domain"]) == [
        *own(10),
        ("by is automatic", 10, 5),
        ("customer.email.domain is xyz.example", 10, 19),
    ]
    networks = 'customer.ip is in 192.0.2.0/24 or customer.ip is in "2001:db8::/32"'
    assert rules(read["xyz-networks"]) == [
        *own(11),
        ("by is automatic", 11, 5),
        (networks, 11, 16),
    ]
    for each in read.values():
        assert [(rule.text, rule.location.line) for rule in each.application] == [
            (text, line + 3) for text, line, _ in same
        ]


def test_a_shared_code_without_seats_has_no_limit_of_all() -> None:
    read = coupons(f"{HEAD}access: [{{code: XYZ}}]\n")
    texts = [each.text for each in read["xyz-code"].redemption]
    assert texts[2:] == ["at most 1 redemption per customer"]


def test_one_seat_is_one_redemption() -> None:
    read = coupons(f"{HEAD}access: [{{list: 1}}]\n")
    assert read["xyz-list"].redemption[-1].text == "at most 1 redemption per coupon"


def test_a_further_way_of_a_kind_has_a_number() -> None:
    ways = "access: [{code: A1}, {code: B2}, {list: 3}, {code: C3}, {list: 4}]\n"
    names = ["xyz-code", "xyz-code-2", "xyz-list", "xyz-code-3", "xyz-list-2"]
    assert list(coupons(HEAD + ways)) == names


def test_words_that_sentences_use_are_quoted() -> None:
    head = HEAD.replace("Group users", "'not \"that\": # one'").replace("xyz-users", "known")
    read = coupons(f"{head}access: [{{code: 'A: #B'}}]\n")["xyz-code"]
    assert [each.text for each in read.application] == [
        'product is "not \\"that\\": # one"',
        'subscription.plan is "known"',
    ]
    assert read.codes == ("A: #B",)


def test_other_documents_can_name_the_ways_in() -> None:
    other = "coupon: other\ndiscount: 10%\nredemption:\n  - not together with xyz-code\n"
    other += "  - at most 5 redemptions per code\napplication: [fee is period]\n"
    story = "scenario: chosen\ncoupons: [xyz-list]\nsteps: []\n"
    prices = "partner: acme\nprices: {list: {xyz-code: 10 USD}}\n"
    assert found(HEAD + ACCESS, other, story, prices) == []


def test_a_group_need_not_allow_what_its_ways_do() -> None:
    rates = "rates: r\nbase: EUR\ntable: [{at: 2026-01-01, USD: '1.1'}]\n"
    assert found(HEAD + ACCESS, rates) == []


# --- what is wrong ------------------------------------------------------------------------------

WRONG = [
    ("unknown-currency", "users: {product: p, plan: u, amount: 20.00 ‹USX}"),
    ("too-many-decimals", "users: {product: p, plan: u, amount: ‹20.001 USD}"),
    ("too-many-decimals", "users: {product: p, plan: u, amount: ‹20.5 JPY}"),
    ("type-mismatch", "users: {product: p, plan: u, amount: ‹20}"),
    ("type-mismatch", "users: {product: p, plan: u, amount: ‹-20 USD}"),
    ("wrong-shape", "users: {product: p, plan: u, ‹amount: }"),
    ("wrong-shape", "users: {product: p, plan: ‹' '}"),
    ("wrong-shape", "access: [{code: ‹' '}]"),
    ("type-mismatch", "access: [{email domain: ‹xyz}]"),
    ("type-mismatch", "access: [{email domain: ‹ada@xyz.example}]"),
    ("type-mismatch", "access: [{email domain: ‹192.0.2.1}]"),
    ("type-mismatch", "access: [{email domain: ‹xyz..example}]"),
    ("type-mismatch", "access: [{networks: [192.0.2.0/24, ‹192.0.2.0/33]}]"),
    ("type-mismatch", "access: [{networks: [‹192.0.2.1/24]}]"),
    ("type-mismatch", "access: [{networks: ['‹2001:db8::1/32']}]"),
    ("type-mismatch", "access: [{networks: [‹intranet]}]"),
    ("wrong-shape", "access: [{networks: ‹[]}]"),
    ("wrong-shape", "access: [{networks: ‹192.0.2.0/24}]"),
    ("wrong-shape", "access: [{code: A, seats: ‹0}]"),
    ("wrong-shape", "access: [{code: A, seats: ‹many}]"),
    ("wrong-shape", "access: [{unique codes: ‹0}]"),
    ("wrong-shape", "access: [{list: ‹-1}]"),
    ("duplicate-name", "access: [{email domain: a.example}, {email domain: ‹A.example}]"),
    ("duplicate-name", "access: [{networks: [10.0.0.0/8, ‹10.0.0.0/8]}]"),
    ("duplicate-name", "access: [{networks: [10.0.0.0/8]}, {networks: [‹10.0.0.0/8]}]"),
    ("duplicate-name", "access: [{code: ABC}, {code: ‹abc}]"),
]


@pytest.mark.parametrize(("name", "key"), WRONG)
def test_a_group_is_wrong_at_its_word(name: str, key: str) -> None:
    lines = {"users": "users: {product: p, plan: u}", "access": "access: [{list: 1}]"}
    lines[key.partition(":")[0]] = key
    owner = "owner: {customer: c, product: p, plan: o}"
    text, expected = marked("\n".join(["group: a", owner, *lines.values(), ""]), name)
    assert found(text) == expected


@pytest.mark.parametrize(
    ("name", "document"),
    [
        ("unknown-currency", HEAD.replace("900.00 USD", "900.00 ‹UDS") + ACCESS),
        ("wrong-shape", HEAD.replace("group: xyz", "group: ‹Company XYZ") + ACCESS),
        ("wrong-shape", HEAD.replace("group: xyz", "group: ‹a/b") + ACCESS),
        ("wrong-shape", HEAD.replace("900.00 USD", "900.00 USD, billing: ‹cash") + ACCESS),
    ],
)
def test_the_head_of_a_group_is_wrong_at_its_word(name: str, document: str) -> None:
    text, expected = marked(document, name)
    assert found(text) == expected


def test_values_that_a_vocabulary_closes_hold_for_groups() -> None:
    closed = "vocabulary: v\nvalues: {product: [core, Group owners]}\n"
    text, expected = marked(HEAD.replace("product: Group users", "product: ‹Group users"), "")
    assert found(text + ACCESS, closed) == [("unknown-value", *expected[0][1:])]
    assert said(text + ACCESS, closed) == (
        "`product` is never `Group users`",
        "did you mean `Group owners`?",
    )


def test_what_an_address_within_a_network_is_told() -> None:
    assert said(f"{HEAD}access: [{{networks: [192.0.2.1/24]}}]\n") == (
        "`192.0.2.1/24` is an address within a network",
        "write `192.0.2.0/24` for the network",
    )


def test_a_way_in_that_is_wrong_is_not_missing_elsewhere() -> None:
    story = "scenario: chosen\ncoupons: [xyz-list]\nsteps: []\n"
    assert [name for name, _, _ in found(f"{HEAD}access: [{{list: 0}}]\n", story)] == [
        "wrong-shape"
    ]


def test_networks_that_no_sentence_holds_are_told_apart() -> None:
    networks = [f"10.{each}.0.0/16" for each in range(20)]
    text = f"{HEAD}access:\n  - networks: [{', '.join(networks)}]\n"
    (only,) = catalogue(text).diagnostics
    assert only.name == "too-large"
    fitting, rest = networks[:9], networks[9:]
    assert only.message == f"the networks up to `{rest[0]}` don't fit into one sentence"
    more = f"  - networks: [{', '.join(rest[:7])}]\n  - networks: [{', '.join(rest[7:])}]\n"
    split = f"{HEAD}access:\n  - networks: [{', '.join(fitting)}]\n{more}"
    assert list(coupons(split)) == ["xyz-networks", "xyz-networks-2", "xyz-networks-3"]


def test_a_later_coupon_may_not_be_called_as_a_way_in() -> None:
    text, expected = marked(SHARED.replace("coupon: ", "coupon: ‹"), "duplicate-name")
    text = text.replace("XYZCOUPONCODE", "OTHER")
    lines = (HEAD + ACCESS).count("\n") + 1
    assert found(HEAD + ACCESS, text) == [(name, line + lines, at) for name, line, at in expected]
    assert said(HEAD + ACCESS, text) == (
        "another coupon is called `xyz-code` already, in g.yaml:9",
        "a way into the group `xyz` is that coupon: choose another name",
    )


def test_a_way_in_may_not_be_called_as_an_earlier_coupon() -> None:
    earlier = SHARED.replace("XYZCOUPONCODE", "OTHER")
    lines = earlier.count("\n") + 1
    assert found(earlier, HEAD + ACCESS) == [("duplicate-name", 6 + lines, 5)]
    assert said(earlier, HEAD + ACCESS) == (
        "this way in would be the coupon `xyz-code`, which is in g.yaml:4",
        "rename the group, or that coupon",
    )


def test_a_shared_code_belongs_to_one_coupon() -> None:
    other = "coupon: other\ndiscount: 10%\ncodes: [‹xyzcouponcode]\n"
    other += "redemption: [at most 5 redemptions per code]\napplication: [fee is period]\n"
    text, expected = marked(other, "duplicate-name")
    lines = (HEAD + ACCESS).count("\n") + 1
    assert found(HEAD + ACCESS, text) == [(name, line + lines, at) for name, line, at in expected]


def test_two_groups_of_one_name_are_one_too_many() -> None:
    second = (HEAD + ACCESS).replace("XYZCOUPONCODE", "OTHER")
    names = [each.name for each in catalogue(HEAD + ACCESS, second).diagnostics]
    assert names == ["duplicate-name"]


def test_the_shared_example_of_the_documents_loads(tmp_path: Path) -> None:
    text = (folder("policies") / "group-subscriptions" / "xyz.yaml").read_text("utf-8")
    (tmp_path / "xyz.yaml").write_text(text, "utf-8")
    read = load([tmp_path])
    assert not read.has_errors
    assert len(read.coupons) == 5
