"""What could have stood at a place in a sentence, in the words of a product manager."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Set as AbstractSet

PHRASES = {
    "WORD": "a name or a word",
    "QUOTED": "quoted text",
    "NUMBER": "a number",
    "PERCENT": "a percentage such as `20%`",
    "CURRENCY": "a currency such as `EUR`",
    "NETWORK": "a network such as `192.0.2.0/24`",
    "DATE": "a day such as `2026-11-27`",
    "DATETIME": "a time such as `2026-11-27 18:00`",
    "CLOCK": "a time of day such as `18:00`",
    "ZONE": "a timezone such as `Europe/Zurich`",
    "WEEKDAY": "a day of the week such as `Friday`",
    "UNIT": "a unit of time such as `days`",
    "NOUN": "what is counted, such as `redemptions`",
    "DISCOUNT": "`discount`",
    "GIVEN_BACK": "what counts, `removed` or `reversed`",
    "TYPE": "a type such as `text`, `number` or `yes/no`",
    "_AND": "`and`",
    "_ANY": "`any`",
    "_AT": "`at`",
    "_BEFORE": "`before`",
    "_BETWEEN": "`between`",
    "_COUNTING": "`counting`",
    "_COUPON": "`coupon`",
    "_ENDS": "`ends with`",
    "_FROM": "`from`",
    "_IN": "`in`",
    "_INCLUDES": "`includes`",
    "_IS": "`is`",
    "_KNOWN": "`known`",
    "_LEAST": "`least`",
    "_MISSING": "`missing`",
    "_MOST": "`most`",
    "_NONE": "`none of`",
    "_NOT": "`not`",
    "_OF": "`of`",
    "_ON": "`on`",
    "_ONE": "`one of`",
    "_OR": "`or`",
    "_OVER": "`over`",
    "_PER": "`per`",
    "_STARTS": "`starts with`",
    "_THROUGH": "`through`",
    "_TO": "`to`",
    "_TOGETHER": "`together`",
    "_UNDER": "`under`",
    "_UNTIL": "`until`",
    "_UP": "`up to`",
    "_WHEN": "`when`",
    "_WITH": "`with`",
    "_WITHIN": "`within`",
    "_COMMA": "a comma",
    "_LPAR": "`(`",
    "_RPAR": "`)`",
    "$END": "the end of the sentence",
}
"""A phrase for every terminal of the grammar."""

_GROUPS: tuple[tuple[AbstractSet[str], tuple[str, ...]], ...] = (
    (
        {"WORD", "_NOT", "_LPAR", "_FROM", "_THROUGH", "_BEFORE", "_UNTIL", "_ON", "_BETWEEN"}
        | {"_WITHIN"},
        ("a condition such as `fee is period`",),
    ),
    ({"WORD", "QUOTED", "NUMBER", "NETWORK"}, ("a value",)),
    (
        {"_ONE", "_NONE", "_AT", "_OVER", "_UNDER", "_BETWEEN", "_FROM", "_KNOWN", "_MISSING"}
        | {"_IN", "_NOT", "_THROUGH", "_BEFORE", "_UNTIL"},
        ("words such as `one of`, `at least` or `known`",),
    ),
    ({"NETWORK", "QUOTED", "WORD"}, ("a network such as `192.0.2.0/24`",)),
    ({"_IS"}, ("`is`",)),
    ({"_AND"}, ("`and`",)),
    ({"_OR"}, ("`or`",)),
)
"""Terminals that one phrase says together, and those that are said first."""

_CANDIDATES = {
    "WEEKDAY": "Monday Tuesday Wednesday Thursday Friday Saturday Sunday",
    "UNIT": "minutes hours days weeks months quarters years",
    "NOUN": "redemptions applications periods",
    "TYPE": "text number money yes/no instant list email ip",
}


def expected_in_words(terminals: AbstractSet[str]) -> str:
    """A list of what was expected, grouped where one phrase says it all."""
    left = set(terminals)
    phrases: list[str] = []
    for group, said in _GROUPS:
        if group <= left:
            phrases += said
            left -= group
    if left >= {"_AT"} and phrases:
        phrases.append("a limit such as `at most 5 redemptions per code`")
        left -= {"_AT"}
    phrases += [phrase for terminal, phrase in PHRASES.items() if terminal in left]
    return _either(phrases)


def keywords(terminals: Iterable[str]) -> list[str]:
    """The fixed words among terminals, as candidates for a suggestion."""
    found: list[str] = []
    for terminal in terminals:
        listed = _CANDIDATES.get(terminal)
        quoted = PHRASES.get(terminal, "").split("`")[1::2] if terminal.startswith("_") else []
        found += listed.split() if listed is not None else [each.split(" ")[0] for each in quoted]
    return [word for word in found if word[0].isalpha()]


def _either(phrases: list[str]) -> str:
    if len(phrases) <= 1:
        return "".join(phrases)
    return f"{', '.join(phrases[:-1])} or {phrases[-1]}"
