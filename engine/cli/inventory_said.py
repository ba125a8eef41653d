"""The inventory in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from zoneinfo import ZoneInfo

import msgspec

from engine.calendar import parse_instant
from engine.inventory.days import moment_text
from engine.inventory.searching import Dashboard
from engine.inventory.shown_codes import ListedCode, WholeCode


def said_moment(text: str, zone: ZoneInfo) -> str:
    """An instant of an answer as people of a zone say it: a day where it begins one.

    Else it has its offset, and no fraction of a second.
    """
    return moment_text(parse_instant(text), zone)


def codes_text(codes: Sequence[ListedCode], zone: ZoneInfo) -> str:
    """Codes, one a line; days are those of the zone."""
    return "\n".join(_line(each, zone) for each in codes) if codes else "no code is so"


def _line(code: ListedCode, zone: ZoneInfo) -> str:
    where = "/".join(filter(None, (code.client, code.project)))
    until = None if code.expires is None else f"until {said_moment(code.expires, zone)[:10]}"
    parts = (code.code, code.coupon, code.status, until, where, code.reference)
    return "  ".join(filter(None, parts))


def code_text(found: WholeCode, zone: ZoneInfo) -> str:
    """A code with its notes and history, its end as in the zone of its space."""
    return "\n".join([*_code(found.code, zone), *_notes(found), *_history(found)])


def _code(code: ListedCode, zone: ZoneInfo) -> Iterator[str]:
    yield f"{code.code}: {code.title}, {code.status}"
    said = msgspec.to_builtins(code)
    said["expires"] = None if code.expires is None else said_moment(code.expires, zone)
    first = ("code", "title", "status", "coupon", "active")
    for name in (*first, "grants", "subscription", "waiting"):
        said.pop(name)
    yield f"  coupon: {code.coupon}"
    yield f"  switched {'on' if code.active else 'off'}"
    yield from (f"  {name.replace('_', ' ')}: {value}" for name, value in said.items() if value)
    for part in ("grants", "subscription", "waiting"):
        values = msgspec.to_builtins(getattr(code, part)) or {}
        told = [f"{name} {_value(value)}" for name, value in values.items() if value]
        if told:
            yield f"  {part}: {', '.join(told)}"


def _notes(found: WholeCode) -> Iterator[str]:
    yield from (f"  note, {each.at}, {each.who}: {each.text}" for each in found.notes)


def _history(found: WholeCode) -> Iterator[str]:
    for each in found.history:
        said = each.after if each.after is not None else each.before
        plain = {k: v for k, v in (said or {}).items() if v is not None and not isinstance(v, dict)}
        told = ", ".join(f"{name} {_value(value)}" for name, value in plain.items())
        yield f"  {each.at} {each.who or 'unknown'}: {each.what}" + (f", {told}" if told else "")


def _value(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def dashboard_text(found: Dashboard, zone: ZoneInfo) -> str:
    """The inventory summed up."""
    lines = [f"{found.codes} codes"]
    lines += [f"  {_words(status)}: {codes}" for status, codes in found.by_status.items()]
    lines += [f"  {each.coupon}, {_words(each.status)}: {each.codes}" for each in found.by_coupon]
    lines.append(f"{found.expiring_soon} expire within 60 days")
    lines += [f"  {_line(each, zone)}" for each in found.expiring]
    lines.append(f"{len(found.waiting)} wait for approval")
    lines += [f"  {_line(each, zone)}" for each in found.waiting]
    return "\n".join(lines)


def _words(status: str) -> str:
    return status.replace("_", " ")
