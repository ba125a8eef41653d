"""Names across a catalogue: each belongs to one document, and no two look alike."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from engine.catalogue import fields, nodes
from engine.catalogue.derived import Derived
from engine.catalogue.lint import allowed
from engine.catalogue.listed_codes import Kinds, listed_codes
from engine.catalogue.lookalikes import lookalikes
from engine.catalogue.nodes import Scalar
from engine.catalogue.report import Report, place_of, whole
from engine.language.vocabulary import Fold

_SINGLE = ("space", "rates")
_LOOKS = str.maketrans({"0": "o", "1": "l", "i": "l", "-": None, "_": None, ".": None, " ": None})


def check_names(kinds: Kinds, report: Report) -> None:
    """Report names that are taken, and names and codes that people would mix up."""
    for kind, documents in kinds.items():
        _check_kind(kind, documents, report)
    _check_similar([*_coupon_names(kinds)], "coupons", report)
    _check_similar([*listed_codes(kinds)], "codes", report)


def _check_kind(kind: str, documents: list[nodes.Mapping], report: Report) -> None:
    seen: dict[str, Scalar] = {}
    for document in documents:
        name = fields.name_of(document)
        if name is None:
            continue
        text = name.text.strip()
        if kind != "scenario":
            report.problems(lookalikes(name.text, sentence=True), name)
        if kind in _SINGLE and seen:
            message = f"a catalogue has one `{kind}`, and `{next(iter(seen))}` is it"
            report.at("duplicate-name", message, name, "keep one of the two")
        elif text in seen:
            message = f"another {kind} is called `{text}` already, in {place_of(seen[text])}"
            report.at("duplicate-name", message, name, "choose another name")
        seen.setdefault(text, name)


def check_derived(kinds: Kinds, derived: Mapping[str, Derived], report: Report) -> None:
    """Report coupons that are called as a way into a group is, at the second of the two."""
    for name, _ in _coupon_names(kinds):
        text = name.text.strip()
        if text not in derived:
            continue
        way, group = derived[text].places[0], derived[text].group
        if whole(name) > way:
            message = f"another coupon is called `{text}` already, in {way.file}:{way.line}"
            help_ = f"a way into the group `{group}` is that coupon: choose another name"
            report.at("duplicate-name", message, name, help_)
        else:
            message = f"this way in would be the coupon `{text}`, which is in {place_of(name)}"
            report.add("duplicate-name", message, way, "rename the group, or that coupon")


def _coupon_names(kinds: Kinds) -> Iterator[tuple[Scalar, nodes.Mapping]]:
    for document in kinds.get("coupon", []):
        name = fields.name_of(document)
        if name is not None:
            yield name, document


def _check_similar(names: list[tuple[Scalar, nodes.Mapping]], what: str, report: Report) -> None:
    """Warn of two names that differ only in case, separators, or 0 for O and 1 for l and I."""
    seen: dict[str, Scalar] = {}
    for scalar, document in names:
        looks = scalar.text.strip().lower().translate(_LOOKS)
        other = seen.setdefault(looks, scalar)
        same = Fold.CODE.apply(other.text) == Fold.CODE.apply(scalar.text)
        if other is scalar or other.text.strip() == scalar.text.strip():
            continue
        if (what == "codes" and same) or "similar-names" in allowed(document):
            continue
        message = f"the {what} `{scalar.text}` and `{other.text}` are easily mixed up"
        report.at("similar-names", message, scalar, "choose a name that differs more")
