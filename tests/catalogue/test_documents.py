from __future__ import annotations

from collections.abc import Iterator

import pytest

from engine.catalogue.documents import Document, cut, documents_of
from engine.catalogue.loader import read_files
from engine.catalogue.nodes import Mapping, Node, Scalar
from engine.catalogue.yaml_reader import read
from engine.diagnostics import Location
from engine.resources import folder

TEXT = """\
# of the house
space: acme
--- # one
# two
coupon: first
title: |
  three
---
--- {coupon: second, discount: 10%}
...
---

coupon: third
"""


def places(node: Node) -> Iterator[Location]:
    yield node.location
    if isinstance(node, Mapping):
        for key, value in node.entries:
            yield key.location
            yield from places(value)
    elif not isinstance(node, Scalar):
        for item in node.items:
            yield from places(item)


def test_a_document_has_its_comments_and_its_first_line() -> None:
    found = documents_of(read("f.yaml", TEXT.encode()))
    assert found == [
        Document("f.yaml", 1, "# of the house\nspace: acme\n"),
        Document("f.yaml", 4, "# two\ncoupon: first\ntitle: |\n  three\n"),
        Document("f.yaml", 9, "--- {coupon: second, discount: 10%}\n"),
        Document("f.yaml", 13, "coupon: third\n"),
    ]
    assert [(each.kind, each.name) for each in found] == [
        ("space", "acme"),
        ("coupon", "first"),
        ("coupon", "second"),
        ("coupon", "third"),
    ]


def test_a_piece_is_the_stretch_of_its_document() -> None:
    source = read("f.yaml", TEXT.encode())
    assert [source.text[each.start : each.end] for each in cut(source)] == [
        each.text for each in documents_of(source)
    ]


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_places_of_a_document_alone_are_those_of_its_file(line_end: str) -> None:
    source = read("f.yaml", TEXT.replace("\n", line_end).encode())
    alone = [list(places(each.node)) for each in documents_of(source)]
    assert alone == [list(places(node)) for node in source.documents]


def test_so_are_those_of_the_shipped_policies() -> None:
    for source in read_files([folder("policies")]):
        alone = [list(places(each.node)) for each in documents_of(source)]
        assert alone == [list(places(node)) for node in source.documents]


def test_what_is_no_document_is_left_out() -> None:
    assert documents_of(read("f.yaml", b"- a list\n---\n# nothing\n")) == []


def test_two_documents_are_not_one() -> None:
    with pytest.raises(ValueError, match=r"f\.yaml:1 is not one document"):
        _ = Document("f.yaml", 1, "a: b\n---\nc: d\n").node
