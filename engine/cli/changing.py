"""What the commands that change coupons share: reading a folder, and saying what changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import click
import msgspec

from engine.catalogue.catalogue import Catalogue
from engine.catalogue.loader import read_files
from engine.catalogue.yaml_reader import SourceFile
from engine.cli.options import existing, right_catalogue
from engine.service.changes.changed import Described, Difference, Enacted, Plan, Plans, Pushed


def form_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """`--format`: for people, or for programs."""
    option = click.option(
        "--format",
        "form",
        type=click.Choice(["text", "json"]),
        default="text",
        show_default=True,
        help="How the answer is written.",
    )
    return option(function)


def show(answer: object, form: str, text: Callable[[], str]) -> None:
    """Print an answer as text or JSON."""
    click.echo(msgspec.json.format(msgspec.json.encode(answer)) if form == "json" else text())


def right_files(policies: Path) -> tuple[Catalogue, list[SourceFile]]:
    """A folder without errors: its catalogue and its files. Ends the command where it has some."""
    return right_catalogue(policies), read_files(existing((policies,)))


# --- pushes -------------------------------------------------------------------------------------


def pushed_text(pushed: Pushed) -> str:
    """What reading a folder changed."""
    lines = list(_pushed(pushed))
    return "\n".join(lines) if lines else "nothing has changed"


def _pushed(pushed: Pushed) -> Iterator[str]:
    yield from (f"{name}: new, and in force" for name in pushed.new)
    yield from (f"{name}: archived, its file is gone" for name in pushed.archived)
    yield from (f"{name}: its file is back, no longer archived" for name in pushed.back)
    yield from (
        f"{name}: as in force, its pending change is discarded" for name in pushed.discarded
    )
    yield from (f"{name}: a pending change, see `coupon plan {name}`" for name in pushed.pending)
    yield from (f"{each.coupon}: kept back, {each.reason}" for each in pushed.held_back)
    for kind, found in (("partner", pushed.partners), ("group", pushed.groups)):
        for each in found:
            yield from _described(kind, each)
    if pushed.surroundings:
        yield "space, vocabulary, features or formats: read anew"
    if pushed.rates:
        yield f"rates: {pushed.rates} figure{'s' * (pushed.rates != 1)} changed"


def _described(kind: str, each: Described) -> Iterator[str]:
    if not each.changes:
        yield f"{kind} {each.name}: {each.outcome}"
        return
    waits = "; only the coupons of its ways wait" if kind == "group" else ""
    yield f"{kind} {each.name}: changed, which holds at once{waits}"
    yield from (f"  {change}" for change in each.changes)


# --- plans --------------------------------------------------------------------------------------


def plans_text(plans: Plans) -> str:
    """What the pending changes alter."""
    blocks = ["\n".join(_plan(plan)) for plan in plans.changes]
    blocks += [f"{each.coupon}: its end has passed: {each.rule}" for each in plans.passed]
    return "\n\n".join(blocks) if blocks else "no change is pending"


def _plan(plan: Plan) -> Iterator[str]:
    yield f"{plan.coupon}, version {plan.version}, changed by {plan.author}"
    for each in plan.differences:
        yield from _difference(each)
    if plan.uncounted:
        rows = "row lacks" if plan.uncounted == 1 else "rows lack"
        yield f"  {plan.uncounted} recorded {rows} a fact that a limit counts by: counted for none"
    yield from (f"  {note}" for note in plan.notes)
    if plan.missing:
        yield f"  {plan.missing} more must agree: `coupon approve {plan.coupon}`"
    if plan.enact_at is not None:
        yield f"  comes into force at {plan.enact_at}"


def _difference(each: Difference) -> Iterator[str]:
    yield f"  {each.part}"
    if each.before is not None:
        yield f"  - {each.before}"
    if each.after is not None:
        yield f"  + {each.after}"


def enacted_text(enacted: Enacted) -> str:
    """What came into force, or when it will."""
    if enacted.at is not None:
        return f"{enacted.coupon}: version {enacted.version} comes into force at {enacted.at}"
    rows = "row lacks" if enacted.uncounted == 1 else "rows lack"
    lacking = f"; {enacted.uncounted} recorded {rows} a fact that a limit counts by"
    tail = lacking if enacted.uncounted else ""
    return f"{enacted.coupon}: version {enacted.version} is in force{tail}"
