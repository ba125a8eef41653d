"""`coupon fmt`: one spelling, with comments and meaning kept."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.catalogue.catalogue import Catalogue
from engine.catalogue.formatter import format_source
from engine.catalogue.loader import load, load_texts
from engine.catalogue.yaml_reader import read
from engine.diagnostics import Location
from tests.cli.running import COUPON, SHIPPED, run, write

HEAD = "coupon: c\ntitle: C\ndiscount: 5%\n"
BEFORE = """\
# Why this is here.
coupon: c           # its name
title:  "C  c"      # two spaces stay
discount:  20  %  up to  50  EUR   # a cap
codes: [A ,B]

redemption:
  - customer.country  is one of CH,DE   # neighbours
  # Between two rules.
  - rule: not  ( customer.new )
    because:   For  old customers.
  - 'customer.segment is "a,  b"'
application: [ fee  is period, "product is one of pro,core" ]
valid: 12   months
"""
AFTER = """\
# Why this is here.
coupon: c           # its name
title:  "C  c"      # two spaces stay
discount:  20% up to 50 EUR   # a cap
codes: [A ,B]

redemption:
  - customer.country is one of CH, DE   # neighbours
  # Between two rules.
  - rule: not customer.new
    because:   For  old customers.
  - 'customer.segment is "a,  b"'
application: [ fee is period, 'product is one of pro, core' ]
valid: 12 months
"""


def formatted(text: str) -> str:
    return format_source(read("policy.yaml", text.encode()))


def test_amounts_and_lengths_of_other_documents_have_one_spelling_too() -> None:
    owner = "owner: {customer: c, product: p, plan: o, amount: %s}\n"
    users = "users: {product: p, plan: u, amount:  %s}  # paid\naccess: [{list: 3}]\n"
    prices = "partner: a\nprices: {list: {c:  %s, d: cheap}, markup: 5%%}\n"
    text = "space: s\nnotices: {expiring: [%s, soon]}\n---\n" + "group: g\n" + owner + users
    text += "---\n" + prices
    before, after = (
        ("60   days", "9  USD", "2   EUR", "1  CHF"),
        ("60 days", "9 USD", "2 EUR", "1 CHF"),
    )
    assert formatted(text % before) == text % after


def meaning(catalogue: Catalogue) -> object:
    """What a catalogue means, wherever and however it is written."""
    nowhere = Location("", 1, 1, 1, 1)

    def bare(parts: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(replace(each, text="", location=nowhere) for each in parts)

    coupons = [
        replace(
            each,
            location=nowhere,
            discount=bare(each.discount),
            redemption=bare(each.redemption),
            application=bare(each.application),
        )
        for each in catalogue.coupons.values()
    ]
    found = [(each.name, each.message) for each in catalogue.diagnostics]
    return coupons, catalogue.vocabulary, catalogue.space, sorted(found)


def test_sentences_get_their_one_spelling_and_all_else_stays(tmp_path: Path) -> None:
    policies = write(tmp_path, c=BEFORE)
    code, out, _ = run("fmt", policies)
    file = policies / "c.yaml"
    assert (code, out) == (0, f"changed {file.as_posix()}\nchanged 1 of 1 file\n")
    assert file.read_text() == AFTER


def test_formatting_twice_changes_nothing_more(tmp_path: Path) -> None:
    policies = write(tmp_path, c=BEFORE, spring=COUPON)
    run("fmt", policies)
    assert run("fmt", policies) == (0, "changed 0 of 2 files\n", "")


def test_checking_says_what_would_change_and_changes_nothing(tmp_path: Path) -> None:
    policies = write(tmp_path, c=BEFORE)
    code, out, _ = run("fmt", "--check", policies)
    name = (policies / "c.yaml").as_posix()
    assert (code, out) == (1, f"would change {name}\nwould change 1 of 1 file\n")
    assert (policies / "c.yaml").read_text() == BEFORE
    run("fmt", policies)
    assert run("fmt", "--check", policies).code == 0


def test_the_default_is_the_folder_policies(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run("fmt").code == 2
    write(tmp_path / "policies", c=BEFORE)
    assert run("fmt").out == "changed policies/c.yaml\nchanged 1 of 1 file\n"


def test_a_file_that_is_not_yaml_is_left_alone_and_said(tmp_path: Path) -> None:
    policies = write(tmp_path, broken="coupon: [", c=BEFORE)
    code, out, err = run("fmt", policies)
    assert (code, out.splitlines()[-1]) == (1, "changed 1 of 2 files")
    assert "broken.yaml:1:10: error[yaml-syntax]" in err
    assert (policies / "broken.yaml").read_text() == "coupon: ["


def test_a_sentence_that_is_wrong_stays_as_it_is(tmp_path: Path) -> None:
    text = HEAD + "redemption:\n  - customer.new  is\n  - customer.new  and customer.new\n"
    policies = write(tmp_path, c=text)
    assert run("fmt", policies).code == 0
    expected = text.replace("customer.new  and", "customer.new and")
    assert (policies / "c.yaml").read_text() == expected


def test_a_sentence_that_would_become_too_long_stays_as_it_is() -> None:
    names = ",".join(f"n{number}" for number in range(100, 150))
    text = HEAD + f"redemption: ['customer.segment is one of {names}']\n"
    assert load_texts({"c.yaml": text}).has_errors is False
    assert formatted(text) == text


RULES = "redemption:\n"
SPELLINGS = {
    "plain": RULES + "  - customer.country  is CH\n",
    "plain on two lines": RULES + "  - customer.country\n    is  CH\n  - customer.new\n",
    "on the next line": RULES + "  -\n    customer.country  is CH\n",
    "in double quotes": RULES + '  - "customer.segment  is \\"a  b\\""\n',
    "in single quotes": RULES + "  - 'customer.segment  is \"it''s: #1\"'\n",
    "with an escape": RULES + '  - "customer.segment  is \\"\\u00e9 \\""\n',
    "folded": RULES + "  - >\n    customer.country  is\n    CH\n  # after\n  - customer.new\n",
    "folded with a comment": RULES
    + "  - >- # why\n    customer.new  or\n    customer.country is CH\n",
    "literal": RULES
    + "  - rule: |\n      not  customer.new\n    because: |\n      A\n      b # c\n",
    "literal that keeps": RULES + "  - |+\n    not  customer.new\n\n# after\ncodes: [A]\n",
    "literal with an indent": RULES
    + "  - |2\n    not  customer.new\n\n  # after\n  - customer.new\n",
    "literal at the end": RULES + "  - |\n    not  customer.new",
    "flow": 'redemption: [customer.new  , "customer.country is one of  CH,DE",not  customer.new]\n',
    "flow mapping": "redemption: [{rule: not   customer.new, because: no}, {rule: customer.new}]\n",
    "flow on lines": "redemption: [\n  customer.new ,   # first\n  not  customer.new\n]\n",
    "carriage returns": (RULES + "  - not  customer.new # x\n  - customer.new\n").replace(
        "\n", "\r\n"
    ),
    "two documents": RULES + "  - not  customer.new\n---\n" + COUPON.replace("fee is", "fee  is"),
    "a vocabulary": "---\nvocabulary: v\nfacts:\n  a.b: one of x,y   # two\n  a.c: list  of text\n",
    "tiers": "timezone: UTC\nbest of: x\nvalid: 1  month\n---\n"
    + "coupon: d\ntitle: D\ndiscount: ['5 % when  fee is period', 10   USD]\n",
    "grants": "---\ncoupon: d\ntitle: D\ntimezone: UTC\ngrants: {plan: x, duration: 12   months}\n",
}


@pytest.mark.parametrize("name", SPELLINGS)
def test_the_meaning_and_the_comments_stay_however_it_is_quoted(name: str) -> None:
    text = HEAD + SPELLINGS[name]
    before = load_texts({"c.yaml": text})
    assert before.has_errors is False
    new = formatted(text)
    assert new != text
    assert meaning(load_texts({"c.yaml": new})) == meaning(before)
    assert formatted(new) == new
    words = [line.partition(" #")[2] for line in text.splitlines() if " #" in line]
    assert [word for word in words if word not in new] == []


def test_the_shipped_policies_are_in_their_one_spelling(tmp_path: Path) -> None:
    assert run("fmt", "--check", SHIPPED).code == 0
    mine = shutil.copytree(SHIPPED, tmp_path / "policies")
    run("fmt", mine)
    assert meaning(load([mine])) == meaning(load([SHIPPED]))


gaps = st.sampled_from([" ", "  ", "   "])
quotes = st.sampled_from(["{}", "'{}'", '"{}"', ">-\n      {}", "|\n      {}", ">\n      {}\n"])
sentences = st.sampled_from(
    [
        "customer.country is one of CH, DE, AT",
        "not (customer.new or customer.country is CH)",
        "at most 5 redemptions per code in any 30 days, counting removed",
        "from 2026-11-27 18:00 through 2026-11-30 in Europe/Zurich",
        "on Friday, Saturday between 22:00 and 02:00 in Asia/Tokyo",
        "within 12 months of customer.signed_up",
        "not together with any coupon",
    ]
)


@given(st.lists(st.tuples(sentences, quotes, gaps), min_size=1, max_size=4), st.booleans())
def test_no_layout_changes_the_meaning(items: list[tuple[str, str, str]], keyed: bool) -> None:  # noqa: FBT001
    rule = "  - rule: {}\n    because: x\n" if keyed else "  - {}\n  # between\n"
    lines = [
        rule.format(quote.format(sentence.replace(" ", gap))) for sentence, quote, gap in items
    ]
    text = f"{HEAD}timezone: UTC\nredemption:\n{''.join(lines)}"
    before, new = load_texts({"c.yaml": text}), formatted(text)
    assert meaning(load_texts({"c.yaml": new})) == meaning(before)
    assert formatted(new) == new
