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
    "NOUN": "`redemptions`, `applications` or `periods`",
    "DISCOUNT": "`discount`",
    "GIVEN_BACK": "`removed` or `reversed`",
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

_GROUPS: tuple[tuple[AbstractSet[str], str], ...] = (
    (
        {"WORD", "_NOT", "_LPAR", "_FROM", "_THROUGH", "_BEFORE", "_UNTIL", "_ON", "_BETWEEN"}
        | {"_WITHIN"},
        "a condition such as `fee is period`",
    ),
    ({"_AT"}, "a limit such as `at most 5 redemptions per code`"),
    ({"WORD", "QUOTED", "NUMBER", "NETWORK"}, "a value"),
    (
        {"_ONE", "_NONE", "_AT", "_OVER", "_UNDER", "_BETWEEN", "_FROM", "_KNOWN", "_MISSING"}
        | {"_IN", "_NOT", "_THROUGH", "_BEFORE", "_UNTIL"},
        "words such as `one of`, `at least` or `known`",
    ),
    ({"NETWORK", "QUOTED", "WORD"}, "a network such as `192.0.2.0/24`"),
    ({"_STARTS", "_ENDS", "_INCLUDES", "_IS"}, "`is`, `includes`, `starts with` or `ends with`"),
    ({"_THROUGH", "_BEFORE", "_UNTIL"}, "`through`, `before` or `until`"),
)


def expected_in_words(terminals: AbstractSet[str]) -> str:
    """A list of what was expected, grouped where one phrase says it all."""
    left = set(terminals)
    phrases: list[str] = []
    for group, phrase in _GROUPS:
        if group <= left and (group != {"_AT"} or phrases):
            phrases.append(phrase)
            left -= group
    phrases += [phrase for terminal, phrase in PHRASES.items() if terminal in left]
    return _either(phrases)


def keywords(terminals: Iterable[str]) -> list[str]:
    """The fixed words among terminals, as candidates for a suggestion."""
    phrases = (PHRASES[terminal] for terminal in terminals if terminal in PHRASES)
    quoted = (part for phrase in phrases for part in phrase.split("`")[1::2])
    return [word.split(" ")[0] for word in quoted if word.isascii() and word[0].isalpha()]


def _either(phrases: list[str]) -> str:
    if len(phrases) <= 1:
        return "".join(phrases)
    return f"{', '.join(phrases[:-1])} or {phrases[-1]}"
