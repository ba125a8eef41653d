"""Suggestions for misspelt names."""

from __future__ import annotations

import pytest

from engine.diagnostics.suggest import did_you_mean, suggest

FACTS = ("product", "quantity", "customer.country", "customer.email", "fee")


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("prodct", "product"),
        ("prodcut", "product"),
        ("producct", "product"),
        ("produkt", "product"),
        ("PRODUCT", "product"),
        ("product", "product"),
        ("custmer.contry", "customer.country"),
        ("customer.mail", "customer.email"),
        ("fea", "fee"),
    ],
)
def test_a_slip_of_the_pen_finds_the_name(word: str, expected: str) -> None:
    assert suggest(word, FACTS) == expected


@pytest.mark.parametrize("word", ["pear", "fi", "pr", "x", "", "discount", "customer"])
def test_more_than_a_third_of_the_letters_finds_nothing(word: str) -> None:
    assert suggest(word, FACTS) is None


@pytest.mark.parametrize(
    ("word", "expected"), [("abcxyz", None), ("abcdxy", "abcdef"), ("abxyz", None), ("axc", "abc")]
)
def test_a_third_of_the_letters_is_the_bound(word: str, expected: str | None) -> None:
    assert suggest(word, [expected or "abcdef"]) == expected


def test_two_letters_swapped_count_once() -> None:
    assert suggest("efe", ["fee"]) == "fee"


def test_the_closest_is_offered_whatever_the_order() -> None:
    names = ["black-friday-2025", "black-friday-2026"]
    found = {suggest("black-friday-206", order) for order in (names, names[::-1])}
    assert found == {"black-friday-2026"}


def test_among_equally_close_names_the_first_by_spelling_is_offered() -> None:
    found = {suggest("core", order) for order in (["corf", "cora"], ["cora", "corf"])}
    assert found == {"cora"}


def test_without_names_there_is_nothing_to_offer() -> None:
    assert suggest("product", []) is None


def test_the_offer_is_a_question_in_words() -> None:
    assert did_you_mean("prodct", FACTS) == "did you mean `product`?"


def test_no_offer_is_no_words() -> None:
    assert did_you_mean("pear", FACTS) == ""
