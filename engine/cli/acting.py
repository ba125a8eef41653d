"""The commands that do something to many codes: named one by one, or in a CSV file."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from inspect import cleandoc
from pathlib import Path
from typing import Any, BinaryIO, get_args
from zoneinfo import ZoneInfo

import click
import msgspec

from engine.cli.changing import form_option, show
from engine.cli.inventory_said import said_moment
from engine.cli.store_options import open_office, refusals, store_options
from engine.decisions.flaws import RequestError
from engine.decisions.json_text import read_json
from engine.inventory.acting import Action
from engine.inventory.actions import InventoryActions
from engine.inventory.days import zone_of
from engine.inventory.inventory_files import columns_of, read_file
from engine.inventory.lines import Done, DoneLine, Line, line_of, summed
from engine.service.moments import fresh_id
from engine.service.requests import Running

_INPUT = "-"
_FACTS = "facts"
_HELP = {
    "client": ("NAME", "The client."),
    "project": ("NAME", "A project of the client."),
    "planned": ("DAY", "The day of its activation, such as 2027-02-01."),
    "reference": ("TEXT", "A reference by hand, which follows the pattern."),
    "text": ("TEXT", "What to note."),
    "through": ("DAY", "The last day of its life, all of it included."),
    "until": ("INSTANT", "The instant at which it ends, such as 2027-07-01T00:00:00+02:00."),
    "by": ("LENGTH", "How much longer, such as `3 months`."),
    "because": ("TEXT", "Why, for the history."),
    "fee": ("AMOUNT", "What was agreed for it, such as `20.00 EUR`."),
    "to": ("COUPON", "The coupon of the new codes."),
    "account": ("ID", "The customer's id."),
    "running": ("WORD", "What becomes of another subscription: after, replace or add."),
}


def action_command(action: Action) -> click.Command:
    """The command of an action, with an option for each of its fields."""
    names = [name for name in columns_of(action).known if name != "code"]
    fields = msgspec.structs.fields(action.line)
    needed = {each.name for each in fields if each.required and each.name in names}
    has_facts = any(name == _FACTS for name in action.line.__struct_fields__)

    def run(codes: tuple[str, ...], policies: Path, form: str, **rest: Any) -> None:  # noqa: ANN401
        shared = {name: rest.pop(name) for name in names}
        facts = rest.pop(_FACTS) if has_facts else None
        said = {name: value for name, value in shared.items() if value is not None}
        if not _is_file(codes):
            _check_given(needed - said.keys())
        desk = open_office(**rest, policies=policies)
        with refusals():
            zone = desk.office.read(zone_of, desk.caller)
            lines = _lines(action, codes, {**said, **_read_facts(facts)})
            # Each run is a request of its own.
            content = fresh_id(desk.office.clock())
            steps = InventoryActions(desk.office).steps(action, lines, content, desk.caller)
            done = summed(_shown(steps, len(lines), action.name))
        show(done, form, lambda: "\n".join(_text(done, zone)))
        if done.refused:
            raise SystemExit(1)

    run.__doc__ = _about(action)
    made = form_option(store_options(run))
    if has_facts:
        made = click.option(
            "--facts",
            type=click.File("rb"),
            metavar="FILE",
            help='What rules ask for, as JSON: {"customer": {"segment": "business"}}.',
        )(made)
    for name in reversed(names):
        made = _option(name, is_needed=name in needed)(made)
    made = click.argument("codes", metavar="CODE...|FILE.csv|-", nargs=-1, required=True)(made)
    return click.command(action.name)(made)


def _option(name: str, *, is_needed: bool) -> Any:  # noqa: ANN401 - a decorator of click
    metavar, text = _HELP[name]
    meaning = f"{text}  (required)" if is_needed else text
    kind = click.Choice(get_args(Running)) if name == "running" else click.STRING
    return click.option(f"--{name}", name, type=kind, metavar=metavar, help=meaning)


def _about(action: Action) -> str:
    columns = columns_of(action)
    others = ", ".join(f"`{name}`" for name in columns.known if name != "code")
    rest = f", and may have {others}; an option holds where a line says nothing" if others else ""
    return (
        f"{cleandoc(action.line.__doc__ or '')}\n\n"
        f"A CSV file has the column `code`{rest}. Each line is done by itself. Ends with 1 where "
        "one is refused."
    )


def _lines(action: Action, codes: Sequence[str], shared: Mapping[str, object]) -> list[Line]:
    """The lines of a file, or one for each code."""
    if _is_file(codes):
        return read_file(_data(codes[0]), action, shared)
    lines = ({**shared, "code": code} for code in codes)
    return [line_of(number, line, action.line) for number, line in enumerate(lines, 1)]


def _is_file(codes: Sequence[str]) -> bool:
    return len(codes) == 1 and (codes[0] == _INPUT or codes[0].lower().endswith(".csv"))


def _check_given(missing: set[str]) -> None:
    """End the command where options are missing that no line of a file can give instead."""
    if missing:
        names = " and ".join(f"`--{name}`" for name in sorted(missing))
        raise click.UsageError(f"{names} {'is' if len(missing) == 1 else 'are'} missing")


def _data(name: str) -> bytes:
    if name == _INPUT:
        return sys.stdin.buffer.read()
    path = Path(name)
    if not path.is_file():
        raise click.UsageError(f"there is no file `{name}`")
    return path.read_bytes()


def _read_facts(facts: BinaryIO | None) -> dict[str, object]:
    if facts is None:
        return {}
    try:
        return {_FACTS: read_json(facts.read())}
    except RequestError as error:
        raise click.UsageError(f"the facts are no JSON: {error}") from None


def _shown(steps: Iterator[DoneLine], lines: int, label: str) -> Iterator[DoneLine]:
    """The answers as they come; on a terminal one sees how far it is."""
    with click.progressbar(
        steps, lines, file=sys.stderr, hidden=not sys.stderr.isatty(), label=label
    ) as shown:
        yield from shown


def _text(done: Done, where: ZoneInfo) -> Iterator[str]:
    for line in done.lines:
        yield f"{line.line}: {line.code}: {line.outcome}{_more(line, where)}"
        yield from (f"  {reason.message}" for reason in line.reasons[1:])
        yield from (f"  {warning}" for warning in line.warnings)
        if line.advice is not None:
            yield f"  {line.advice}"
    names = ("done", "unchanged", "waiting", "refused")
    yield ", ".join(f"{getattr(done, name)} {name}" for name in names if getattr(done, name))


def _more(line: DoneLine, where: ZoneInfo) -> str:
    """What is new of a code, or why it was refused."""
    said = {
        "reference": line.reference,
        "expires": line.expires and said_moment(line.expires, where),
        "replaced by": line.replaced_by,
        "subscription": line.subscription,
        "until": line.until and said_moment(line.until, where),
    }
    told = [f"{name} {value}" for name, value in said.items() if value is not None]
    return ", ".join(["", *filter(None, [line.message]), *told])
