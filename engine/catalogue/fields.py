"""Reading the fields of a document whose shape was checked.

What has the wrong shape was reported already, and is left out here.
"""

from __future__ import annotations

import re

from engine.catalogue.nodes import Mapping, Node, Scalar, Sequence

_WHOLE = re.compile(r"[0-9]{1,9}", re.ASCII)


def scalar(node: Node | None) -> Scalar | None:
    """The node, if it is a text that says something; an alias was reported where it stands."""
    if not isinstance(node, Scalar) or node.is_alias:
        return None
    return node if node.text.strip() else None


def text(document: Mapping, key: str) -> str | None:
    """The text of a key."""
    found = scalar(document.get(key))
    return found.text.strip() if found is not None else None


def scalars(node: Node | None) -> list[Scalar]:
    """The texts of a list; a single text is a list of one."""
    if isinstance(node, Sequence):
        return [item for item in map(scalar, node.items) if item is not None]
    single = scalar(node)
    return [single] if single is not None else []


def mapping(node: Node | None) -> Mapping | None:
    """The node, if it is a mapping."""
    return node if isinstance(node, Mapping) else None


def mappings(node: Node | None) -> list[Mapping]:
    """The mappings of a list."""
    items = node.items if isinstance(node, Sequence) else ()
    return [item for item in items if isinstance(item, Mapping)]


def rule_texts(node: Node | None) -> list[Scalar]:
    """The sentences of a list of rules."""
    inner = (scalar(item.get("rule")) for item in mappings(node))
    return [*scalars(node), *(text for text in inner if text is not None)]


def name_of(document: Mapping) -> Scalar | None:
    """The name of a document: the value of its first key."""
    return scalar(document.entries[0][1])


def whole_number(document: Mapping, key: str) -> int | None:
    """The whole number of a key."""
    found = text(document, key)
    return int(found) if found is not None and _WHOLE.fullmatch(found) is not None else None
