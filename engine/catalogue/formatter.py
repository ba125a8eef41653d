"""The canonical spelling of a policy file: sentences as the writer writes them, all else kept."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from engine.catalogue import fields
from engine.catalogue.nodes import Mapping, Node, Scalar, Sequence
from engine.catalogue.shapes import kind_of
from engine.catalogue.yaml_reader import SourceFile, read
from engine.language.parser import (
    SentenceError,
    parse_discount,
    parse_duration,
    parse_fact_type,
    parse_money,
    parse_rule,
)
from engine.language.writer import write

Parse = Callable[[str], object]

_HEADER = re.compile(r"[|>][-+0-9]*(?P<comment>[ \t]+#[^\r\n\x85\u2028\u2029]*)?")


def format_source(source: SourceFile) -> str:
    """The text of a file with every sentence in its canonical spelling.

    Comments, order and layout stay. A sentence that doesn't parse, or would become too long, stays
    as it is. The meaning never changes: each sentence is replaced only by one that parses to the
    same tree.
    """
    text = source.text
    found = [each for document in source.documents for each in _sentences(document)]
    for scalar, parse in sorted(found, key=lambda each: each[0].source.start, reverse=True):
        canonical = _canonical(scalar.text, parse)
        if canonical is None or canonical == scalar.text.strip():
            continue
        written = as_scalar(canonical, flow=scalar.flow)
        if written is not None:
            start, end = scalar.source
            text = text[:start] + written + _around(text[start:end]) + text[end:]
    return text


def _around(written: str) -> str:
    """What stays of a `|` or `>` text besides its sentence: its comment and the line ends."""
    header = _HEADER.match(written)
    if header is None:
        return ""
    return (header["comment"] or "") + written[len(written.rstrip()) :]


def _canonical(sentence: str, parse: Parse) -> str | None:
    """The canonical spelling; None where there is none, or where it would be too long."""
    try:
        tree = parse(sentence)
        written = write(tree)
        again = parse(written)
    except SentenceError:
        return None
    assert again == tree, f"{sentence!r} is written as {written!r}"  # noqa: S101
    return written


def as_scalar(text: str, *, flow: bool) -> str | None:
    """A text as YAML writes it: plain where that reads as the same text, else in quotes.

    None for a text that neither can hold, such as one with a line break.
    """
    if _reads_as(f"[{text}]" if flow else f"- {text}", text):
        return text
    escaped = text.replace("'", "''")
    quoted = f"'{escaped}'"
    return quoted if _reads_as(f"- {quoted}", text) else None


def _reads_as(yaml: str, text: str) -> bool:
    documents = read("", yaml.encode()).documents
    items = documents[0].items if documents and isinstance(documents[0], Sequence) else ()
    return [item.text for item in items if isinstance(item, Scalar)] == [text]


# --- which texts are sentences ------------------------------------------------------------------


def _sentences(document: Node) -> Iterator[tuple[Scalar, Parse]]:
    if not isinstance(document, Mapping):
        return
    kind = kind_of(document)
    if kind == "coupon":
        yield from _of_coupon(document)
    elif kind == "vocabulary":
        facts = fields.mapping(document.get("facts"))
        values = (value for _, value in facts.entries) if facts is not None else ()
        yield from ((value, parse_fact_type) for value in values if isinstance(value, Scalar))

    elif kind == "space":
        notices = fields.mapping(document.get("notices"))
        lists = (value for _, value in notices.entries) if notices is not None else ()
        yield from ((text, parse_duration) for each in lists for text in fields.scalars(each))
    elif kind in ("partner", "group"):
        yield from ((text, parse_money) for text in _amounts(document))


def _amounts(document: Mapping) -> Iterator[Scalar]:
    """The amounts that a partner or a group pays."""
    prices = fields.mapping(document.get("prices"))
    listed = fields.mapping(prices.get("list")) if prices is not None else None
    written = [value for _, value in listed.entries] if listed is not None else []
    for key in ("owner", "users"):
        paid = fields.mapping(document.get(key))
        written += [value for name, value in paid.entries if name.text == "amount"] if paid else []
    yield from (text for text in map(fields.scalar, written) if text is not None)


def _of_coupon(document: Mapping) -> Iterator[tuple[Scalar, Parse]]:
    for key in ("redemption", "application"):
        yield from ((text, parse_rule) for text in fields.rule_texts(document.get(key)))
    yield from ((text, parse_discount) for text in fields.scalars(document.get("discount")))
    grants = fields.mapping(document.get("grants"))
    lengths = [document.get("valid"), grants.get("duration") if grants is not None else None]
    yield from ((text, parse_duration) for text in map(fields.scalar, lengths) if text is not None)
