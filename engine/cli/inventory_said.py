"""The inventory in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from engine.inventory.searching import Dashboard
from engine.inventory.shown_codes import ListedCode, WholeCode


def codes_text(codes: Sequence[ListedCode]) -> str:
    """Codes, one a line."""
    return "\n".join(map(_line, codes)) if codes else "no code is so"


def _line(code: ListedCode) -> str:
    where = "/".join(filter(None, (code.client, code.project)))
    until = None if code.expires is None else f"until {code.expires[:10]}"
    parts = (code.code, code.coupon, code.status, until, where, code.reference)
    return "  ".join(filter(None, parts))


def code_text(found: WholeCode) -> str:
    """A code with its notes and history."""
    return "\n".join([*_code(found.code), *_notes(found), *_history(found)])


def _code(code: ListedCode) -> Iterator[str]:
    yield f"{code.code}: {code.title}, {code.status}"
    said = msgspec.to_builtins(code)
    for name in ("code", "title", "status", "coupon", "grants", "subscription", "waiting"):
        said.pop(name)
    yield f"  coupon: {code.coupon}"
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


def dashboard_text(found: Dashboard) -> str:
    """The inventory summed up."""
    lines = [f"{found.codes} codes"]
    lines += [f"  {status}: {codes}" for status, codes in found.by_status.items()]
    lines += [f"  {each.coupon}, {each.status}: {each.codes}" for each in found.by_coupon]
    lines.append(f"{found.expiring_soon} expire within 60 days")
    lines += [f"  {_line(each)}" for each in found.expiring]
    lines.append(f"{len(found.waiting)} wait for approval")
    lines += [f"  {_line(each)}" for each in found.waiting]
    return "\n".join(lines)
