"""The documents that hold for all coupons: space, vocabularies and rates."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, time, timedelta, timezone
from fractions import Fraction
from zoneinfo import ZoneInfo

from engine import calendar
from engine.calendar import Duration, Instant, to_instant
from engine.catalogue import fields, nodes
from engine.catalogue.catalogue import Space
from engine.catalogue.durations import read_duration
from engine.catalogue.nodes import Scalar
from engine.catalogue.references import read_pattern
from engine.catalogue.report import Report
from engine.diagnostics.suggest import did_you_mean, suggest
from engine.language.parser import SentenceError, is_word, parse_fact_type, parse_moment
from engine.language.syntax import FactType, TypeName
from engine.language.vocabulary import STANDARD, Fact, Fold, Vocabulary
from engine.money import MINOR_DIGITS, RateTable, Rounding, parse_rate

_RESERVED = frozenset(
    {
        "at",
        "attached",
        "charges",
        "code",
        "codes",
        "dry_run",
        "hold",
        "running",
        "trace",
        "versions",
    }
)
"""What a request says beside its facts; no fact can have these names."""

_RESERVED_IN_CHARGES = frozenset(
    {"amount", "at", "corrects", "currency", "customer", "id", "subscription"}
)


def read_zone(document: nodes.Mapping, report: Report) -> ZoneInfo | None:
    """The zone that a document names, if it names one.

    Where it is misspelt another stands in, so that days and times aren't wrong as well.
    """
    written = fields.scalar(document.get("timezone"))
    if written is None:
        misspelt = any(suggest(key.text, ["timezone"]) for key, _ in document.entries)
        return calendar.zone("UTC") if misspelt else None
    name = written.text.strip()
    try:
        return calendar.zone(name)
    except KeyError:
        help_ = did_you_mean(name, calendar.zone_names())
        report.at("unknown-timezone", f"no timezone is called `{name}`", written, help_)
        return calendar.zone("UTC")


def read_currency(scalar: Scalar | None, report: Report) -> str | None:
    """The currency that a document names."""
    if scalar is None:
        return None
    code = scalar.text.strip()
    if code in MINOR_DIGITS:
        return code
    help_ = did_you_mean(code, MINOR_DIGITS)
    report.at("unknown-currency", f"no currency is called `{code}`", scalar, help_)
    return None


def read_space(document: nodes.Mapping, report: Report) -> Space | None:
    """The space of the catalogue."""
    name = fields.name_of(document)
    if name is None:
        return None
    zone = read_zone(document, report)
    currency = read_currency(fields.scalar(document.get("currency")), report)
    rounding = fields.text(document, "rounding")
    known = rounding in [each.value for each in Rounding]
    return Space(
        name.text.strip(),
        zone,
        currency,
        Rounding(rounding) if known else Rounding.HALF_UP,
        _approvals(document, "changes"),
        _approvals(document, "activations"),
        _lengths(document, "expiring", report),
        _lengths(document, "renewal", report),
        read_pattern(document, report),
    )


def _approvals(document: nodes.Mapping, what: str) -> int:
    """How many other people must agree before something takes effect."""
    asked = fields.mapping(document.get("approvals"))
    return (fields.whole_number(asked, what) or 0) if asked is not None else 0


def _lengths(document: nodes.Mapping, what: str, report: Report) -> tuple[Duration, ...]:
    """How long before something people are told; days are those of UTC where no zone is named."""
    notices = fields.mapping(document.get("notices"))
    written = notices.get(what) if notices is not None else None
    read = (read_duration(each, calendar.zone("UTC"), report) for each in fields.scalars(written))
    return tuple(dict.fromkeys(each for each in read if each is not None))


# --- vocabularies -------------------------------------------------------------------------------


def read_vocabularies(
    documents: Iterable[nodes.Mapping], report: Report
) -> tuple[Vocabulary, frozenset[str]]:
    """The standard vocabulary with what the catalogue's own add to it.

    With it come the facts that are wrong in it, of which nothing more is said.
    """
    vocabulary = STANDARD
    lost: set[str] = set()
    listed = list(documents)
    for document in listed:
        vocabulary = _with_facts(vocabulary, document, lost, report)
        fees = fields.scalars(document.get("fees"))
        vocabulary = vocabulary.with_fees(fee.text.strip() for fee in fees)
    for document in listed:
        vocabulary = _with_values(vocabulary, document, lost, report)
    return vocabulary, frozenset(lost)


def _with_facts(
    vocabulary: Vocabulary, document: nodes.Mapping, lost: set[str], report: Report
) -> Vocabulary:
    entries = fields.mapping(document.get("facts"))
    for key, node in entries.entries if entries is not None else ():
        written = fields.scalar(node)
        found = _fact_type(written, report) if written is not None else None
        if _is_free(key, vocabulary, report) and found is not None:
            fold = Fold.LOWER if found.name is TypeName.EMAIL else Fold.EXACT
            charged = key.text.startswith("charge.")
            fact = Fact(key.text, found, application_only=charged, fold=fold)
            vocabulary = vocabulary.with_facts([fact])
        else:
            lost.add(key.text)
    return vocabulary


def _fact_type(written: Scalar, report: Report) -> FactType | None:
    try:
        return parse_fact_type(written.text)
    except SentenceError as error:
        report.problems([error.problem], written)
        return None


def _is_free(key: Scalar, vocabulary: Vocabulary, report: Report) -> bool:
    """Whether a fact may have this name."""
    name = key.text
    if not is_word(name) or "" in name.split("."):
        message = f"`{name}` can't be the name of a fact"
        help_ = "use letters, digits, `_` and `-`, with dots between parts"
        report.at("wrong-shape", message, key, help_)
        return False
    taken = _taken_by(name, vocabulary)
    if taken is not None:
        report.at("duplicate-name", f"`{name}` is taken: {taken}", key, "choose another name")
    return taken is None


def _taken_by(name: str, vocabulary: Vocabulary) -> str | None:
    if name in vocabulary.facts:
        return "there is a fact of that name already"
    for other in (*vocabulary.facts, "subscription.product"):
        if other == name or other.startswith(f"{name}.") or name.startswith(f"{other}."):
            return f"it would be a fact and hold others, beside `{other}`"
    inner = name.removeprefix("charge.").split(".")[0]
    if name.split(".")[0] in _RESERVED or name == "charge":
        return "requests use it for something else"
    if name.startswith("charge.") and (inner in _RESERVED_IN_CHARGES or inner in _charged()):
        return "charges use it for something else"
    return None


def _charged() -> set[str]:
    charged = (name for name, fact in STANDARD.facts.items() if fact.application_only)
    return {"product", *(name.split(".")[0] for name in charged)}


def _with_values(
    vocabulary: Vocabulary, document: nodes.Mapping, lost: set[str], report: Report
) -> Vocabulary:
    entries = fields.mapping(document.get("values"))
    for key, node in entries.entries if entries is not None else ():
        if not isinstance(node, nodes.Sequence):
            lost.add(key.text)
        elif _is_closable(key, vocabulary, report):
            values = [value.text.strip() for value in fields.scalars(node)]
            vocabulary = vocabulary.closing(key.text, values)
    return vocabulary


def _is_closable(key: Scalar, vocabulary: Vocabulary, report: Report) -> bool:
    fact = vocabulary.facts.get(key.text)
    if fact is None:
        help_ = did_you_mean(key.text, vocabulary.facts)
        report.at("unknown-fact", f"no fact is called `{key.text}`", key, help_)
        return False
    if fact.kind in (TypeName.TEXT, TypeName.TEXT_LIST) and not fact.closed_by.startswith("ISO"):
        return True
    message = f"`{key.text}` is not a text fact whose values can be listed"
    report.at("type-mismatch", message, key)
    return False


# --- rates --------------------------------------------------------------------------------------


def read_rates(document: nodes.Mapping, report: Report) -> RateTable | None:
    """The exchange rates of the catalogue."""
    base = read_currency(fields.scalar(document.get("base")), report)
    rows = [_row(row, report) for row in fields.mappings(document.get("table"))]
    if base is None:
        return None
    return RateTable(base, [row for row in rows if row is not None])


def _row(row: nodes.Mapping, report: Report) -> tuple[Instant, Mapping[str, Fraction]] | None:
    start = _start(fields.scalar(row.get("at")), report)
    figures: dict[str, Fraction] = {}
    for key, node in row.entries:
        currency = read_currency(key, report) if key.text != "at" else None
        figure = _rate(fields.scalar(node))
        if currency is not None and figure is not None:
            figures[currency] = figure
    return (start, figures) if start is not None else None


def _rate(figure: Scalar | None) -> Fraction | None:
    """A positive decimal; of another figure the shape of the document says that it is none."""
    return parse_rate(figure.text.strip()) if figure is not None else None


def _start(scalar: Scalar | None, report: Report) -> Instant | None:
    """The instant from which a row is in force; a bare day begins at 00:00 UTC."""
    if scalar is None:
        return None
    try:
        moment = parse_moment(scalar.text)
    except SentenceError as error:
        report.problems([error.problem], scalar)
        return None
    if moment.clock is not None and moment.offset is None:
        message = f"`{scalar.text.strip()}` doesn't say in which zone"
        help_ = "write the offset, such as `2026-01-01 10:00Z`; a bare day begins at 00:00 UTC"
        report.at("missing-timezone", message, scalar, help_)
        return None
    zone = timezone(timedelta(minutes=moment.offset)) if moment.offset is not None else UTC
    return to_instant(datetime.combine(moment.day, moment.clock or time(), zone))
