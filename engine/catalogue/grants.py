"""What a coupon grants, and what it takes from its codes."""

from __future__ import annotations

from collections.abc import Mapping
from zoneinfo import ZoneInfo

from engine.catalogue import fields, nodes
from engine.catalogue.catalogue import Grants
from engine.catalogue.durations import read_duration
from engine.catalogue.granted_features import FeatureFinder
from engine.catalogue.nodes import Scalar
from engine.catalogue.report import Report
from engine.codes.features import FeatureSet
from engine.codes.fields import Int
from engine.codes.formats import Format

_COUNTED = ("points", "subaccounts")
_NEEDED = "use a format with a feature field, or with an `int` field `points` or `subaccounts`"


def read_grants(
    node: nodes.Mapping,
    codes: Format | None,
    sets: Mapping[str, FeatureSet | None],
    zone: ZoneInfo | None,
    lost: frozenset[str],
    report: Report,
) -> Grants:
    """The grants of a mapping, for codes of a format; what is wrong is reported, and left out.

    A format or feature set that is wrong is None: of what would need it nothing is reported.
    """
    if codes is not None:
        _check_from(node, codes, report)
    add_ons = fields.scalars(node.get("add-ons"))
    own = codes.feature_set if codes is not None else None
    found = FeatureFinder(own, sets, lost, report).find(node.get("features"), add_ons)
    return Grants(
        plan=fields.text(node, "plan"),
        features=found.names,
        add_ons=tuple(each.text.strip() for each in add_ons),
        points=fields.whole_number(node, "points"),
        subaccounts=fields.whole_number(node, "subaccounts"),
        duration=read_duration(node.get("duration"), zone, report),
        from_code=fields.text(node, "from") == "code",
        feature_set=found.feature_set,
        value=found.value,
    )


def check_without_format(node: nodes.Mapping, report: Report) -> None:
    """Report that something is taken from codes which are only random."""
    written = _from_code(node)
    if written is not None:
        message = "codes without a format are random, and say nothing of what is granted"
        report.at("wrong-shape", message, written, _NEEDED)


def _check_from(node: nodes.Mapping, codes: Format, report: Report) -> None:
    """Report a format whose codes say nothing, and keys that say what the codes say themselves."""
    written = _from_code(node)
    if written is None:
        return
    said = said_by(codes)
    if not said:
        message = f"codes of the format `{codes.name}` say nothing of what is granted"
        report.at("wrong-shape", message, written, _NEEDED)
    for name in said:
        key = node.key(name)
        if key is not None:
            message = f"`{name}` is what the code itself says"
            report.at("wrong-shape", message, key, "leave it out here, or leave out `from`")


def _from_code(node: nodes.Mapping) -> Scalar | None:
    written = fields.scalar(node.get("from"))
    return written if written is not None and written.text.strip() == "code" else None


def said_by(codes: Format) -> tuple[str, ...]:
    """The keys of grants that codes of a format say themselves."""
    counted = (name for name in _COUNTED if isinstance(codes.fields.get(name), Int))
    if codes.feature_set is None:
        return tuple(counted)
    return ("features", *(["plan"] if codes.feature_set.named else []), *counted)
