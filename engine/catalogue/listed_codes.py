"""The codes that coupons and groups list: each belongs to one, and to no format but its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from engine.catalogue import fields, nodes
from engine.catalogue.lookalikes import lookalikes
from engine.catalogue.nodes import Scalar
from engine.catalogue.report import Report, place_of
from engine.codes.formats import Format, Reading
from engine.language.vocabulary import Fold

Kinds = Mapping[str, list[nodes.Mapping]]


def listed_codes(kinds: Kinds) -> Iterator[tuple[Scalar, nodes.Mapping]]:
    """The custom codes of coupons and groups, each with its document."""
    for document in kinds.get("coupon", []):
        for code in fields.scalars(document.get("codes")):
            yield code, document
    for document in kinds.get("group", []):
        for way in fields.mappings(document.get("access")):
            shared = fields.scalar(way.get("code"))
            if shared is not None:
                yield shared, document


def check_codes(kinds: Kinds, formats: Mapping[str, Format], report: Report) -> None:
    """Report codes that are listed twice, in whatever spelling, or written as a format forbids."""
    seen: dict[str, Scalar] = {}
    for scalar, document in sorted(listed_codes(kinds), key=lambda each: each[0].location):
        report.problems(lookalikes(scalar.text, sentence=True), scalar)
        found = (each.reading(scalar.text) for each in formats.values())
        reading = next((each for each in found if each is not None), None)
        code = Fold.CODE.apply(scalar.text) if reading is None else reading.code
        if code in seen:
            message = (
                f"the code `{scalar.text.strip()}` is listed already, in {place_of(seen[code])}"
            )
            help_ = "a code belongs to one coupon; case and surrounding space don't count"
            report.at("duplicate-name", message, scalar, help_)
        seen.setdefault(code, scalar)
        _check_format(scalar, document, reading, formats, report)


def _check_format(
    scalar: Scalar,
    document: nodes.Mapping,
    reading: Reading | None,
    formats: Mapping[str, Format],
    report: Report,
) -> None:
    """Report a code that is one of another format, or of none where its format must say more."""
    own, text = fields.text(document, "format"), scalar.text.strip()
    if reading is not None and reading.format != own:
        message = f"the format `{reading.format}` reads `{text}` as a code of its own"
        help_ = f"choose another code, or give the coupon `format: {reading.format}`"
        report.at("format-overlap", message, scalar, help_)
    elif reading is None and own in formats and _takes_from_code(document):
        message = f"`{text}` is no code of the format `{own}`, which says what is granted"
        report.at("wrong-shape", message, scalar, f"write it as `{own}` says, or leave out `from`")


def _takes_from_code(document: nodes.Mapping) -> bool:
    grants = fields.mapping(document.get("grants"))
    return grants is not None and fields.text(grants, "from") == "code"
