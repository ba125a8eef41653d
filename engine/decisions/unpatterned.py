"""Types without the patterns of their texts, which take long to match.

Ids hold no control characters, some no slashes (`engine.decisions.facts`). JSON writes neither
without one of a few bytes, and most requests have none of them.
"""

from __future__ import annotations

from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

import msgspec
from msgspec.structs import FieldInfo


def may_matter(data: bytes) -> bool:
    """Whether JSON text may hold what the pattern of an id refuses."""
    return b"/" in data or b"\\" in data or b"\x7f" in data


def unpatterned(kind: Any) -> Any:  # noqa: ANN401 - a type expression
    """The same type, and the types that it consists of, without patterns."""
    parts = get_args(kind)
    match get_origin(kind):
        case None if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
            return _struct(kind)
        case origin if origin is Annotated:
            return Annotated[unpatterned(parts[0]), *map(_unpatterned, parts[1:])]
        case origin if origin in (Union, UnionType):
            return Union[tuple(map(unpatterned, parts))]  # noqa: UP007 - as many as there are
        case origin if origin is list:
            return list[unpatterned(parts[0])]  # type: ignore[misc] # a made type
    return kind


def _struct(kind: type[msgspec.Struct]) -> type[msgspec.Struct]:
    fields = msgspec.structs.fields(kind)
    return msgspec.defstruct(
        kind.__name__,
        [(each.name, unpatterned(each.type), *_default(each)) for each in fields],
        rename={each.name: each.encode_name for each in fields},
        forbid_unknown_fields=True,
        kw_only=True,
        frozen=True,
        omit_defaults=True,
        module=kind.__module__,
    )


def _default(field: FieldInfo) -> list[Any]:
    if field.required:
        return []
    if field.default is msgspec.NODEFAULT:
        return [msgspec.field(default_factory=field.default_factory)]
    return [field.default]


def _unpatterned(meta: Any) -> Any:  # noqa: ANN401 - what an annotation says
    if not isinstance(meta, msgspec.Meta):
        return meta
    said = {name: each for name, each, *_ in meta.__rich_repr__() if name != "pattern"}
    return msgspec.Meta(**said)
