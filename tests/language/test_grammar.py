"""The grammar: one language for both parsers of Lark, one spelling for each tree."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lark import Lark
from lark.exceptions import UnexpectedInput

from engine.language.expectations import PHRASES
from engine.language.parser import (
    STARTS,
    build,
    grammar,
    is_word,
    parse_discount,
    parse_rule,
)
from engine.language.writer import write
from tests.strategies import bare_words, discounts, quoted_texts, rules

SENTENCES = rules().map(write)


@cache
def earley() -> Lark:
    return Lark(
        grammar(),
        parser="earley",
        lexer="dynamic",
        ambiguity="explicit",
        start=list(STARTS),
        propagate_positions=True,
        maybe_placeholders=False,
    )


@cache
def lalr() -> Lark:
    return Lark(grammar(), parser="lalr", lexer="contextual", start=list(STARTS))


@given(rules())
def test_what_is_written_reads_as_the_same_tree(rule: Any) -> None:
    assert parse_rule(write(rule)) == rule


@given(discounts())
def test_what_is_written_of_a_discount_reads_as_the_same_tree(lines: Any) -> None:
    assert tuple(parse_discount(write(line)) for line in lines) == lines


@given(SENTENCES, st.data())
def test_writing_what_was_read_is_idempotent(sentence: str, data: st.DataObject) -> None:
    spaced = " ".join(data.draw(st.sampled_from([word, f" {word}"])) for word in sentence.split())
    canonical = write(parse_rule(spaced)) if len(spaced) <= 300 else sentence
    assert canonical == write(parse_rule(canonical))


@given(SENTENCES)
def test_both_parsers_read_the_same_tree_and_there_is_only_one(sentence: str) -> None:
    tree = earley().parse(sentence, start="rule")
    assert list(tree.find_data("_ambig")) == []
    assert build(tree) == parse_rule(sentence)


@given(SENTENCES, st.data())
def test_both_parsers_refuse_the_same_sentences(sentence: str, data: st.DataObject) -> None:
    words = sentence.split()
    index = data.draw(st.integers(0, len(words) - 1))
    other = data.draw(st.sampled_from([*words, "and", "not", "per", "(", ",", "10", "EUR", ""]))
    broken = " ".join([*words[:index], other, *words[index + 1 :]])
    assert _accepts(lalr(), broken) == _accepts(earley(), broken)


def _accepts(parser: Lark, sentence: str) -> bool:
    try:
        parser.parse(sentence, start="rule")
    except UnexpectedInput:
        return False
    return True


@given(bare_words())
def test_a_word_may_stand_without_quotes(word: str) -> None:
    assert is_word(word)


@given(quoted_texts())
def test_any_text_may_stand_in_quotes(text: str) -> None:
    rule = parse_rule(f'product is "{text}"')
    assert rule.values[0].text == text  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "word", ["any", "at", "10", "2.5", "2026-11-27", "a/b", "a:b", "-a", ".a", "", "a b", "ü"]
)
def test_what_is_no_word_needs_quotes(word: str) -> None:
    assert not is_word(word)


def test_every_terminal_has_a_phrase_for_people() -> None:
    names = {terminal.name for terminal in lalr().terminals} - set(lalr().ignore_tokens)
    assert names | {"$END"} == set(PHRASES)
