"""`coupon plan`: what pending changes alter."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
from msgspec.structs import replace

from engine.cli.changing import form_option, plans_text, pushed_text, right_files, show
from engine.cli.new_space import new_space_text, open_to_plan
from engine.cli.store_options import Desk, refusals, store_options
from engine.cli.waiting import waiting_again, waiting_text
from engine.service.changes.changed import Plan, Plans, Pushed, Waiting
from engine.service.changes.changes import Changes


@click.command("plan")
@click.argument("coupons", nargs=-1, metavar="[COUPON]...")
@store_options
@form_option
def command(coupons: tuple[str, ...], policies: Path, form: str, **where: Any) -> None:  # noqa: ANN401
    """Say in sentences what the pending changes alter, those of COUPONs or all.

    Where there is a folder of policies, it is said what pushing and enacting it would change.
    Nothing is changed.
    """
    desk, is_new = open_to_plan(**where, policies=policies)
    with refusals():
        pushed, plans = (_begun if is_new else _planned)(desk, policies, coupons)

    def text() -> str:
        if is_new:
            return new_space_text(desk.office.space, pushed, plans)
        said = "" if pushed == Pushed() else f"{pushed_text(pushed)}\n\n"
        return said + plans_text(plans)

    show({"push": pushed, "plan": plans}, form, text)


def _begun(desk: Desk, policies: Path, coupons: tuple[str, ...]) -> tuple[Pushed, Plans]:
    """What the first push brings, to a space in memory."""
    changes = Changes(desk.office)
    pushed = Pushed()
    if policies.exists():
        pushed = changes.push(*right_files(policies), desk.caller)
    return _of(coupons, pushed, changes.plan(None, desk.caller), desk)


def _planned(desk: Desk, policies: Path, coupons: tuple[str, ...]) -> tuple[Pushed, Plans]:
    changes = Changes(desk.office)
    if policies.exists():
        files = right_files(policies)
        pushed, plans = changes.preview(*files, desk.caller)
        plans = _noted(plans, waiting_again(desk, *files))
    else:
        pushed, plans = Pushed(), changes.plan(None, desk.caller)
    return _of(coupons, pushed, plans, desk)


def _noted(plans: Plans, again: dict[str, Waiting]) -> Plans:
    """Plans that say of which changes the files hold nothing new."""

    def noted(plan: Plan) -> Plan:
        change = again.get(plan.coupon)
        notes = () if change is None else (waiting_text(change),)
        return replace(plan, notes=(*plan.notes, *notes))

    return replace(plans, changes=tuple(map(noted, plans.changes)))


def _of(coupons: tuple[str, ...], pushed: Pushed, plans: Plans, desk: Desk) -> tuple[Pushed, Plans]:
    """What becomes of some coupons, or of all where none is named. Raises `NotFound`."""
    if not coupons:
        return pushed, plans
    found = Pushed(
        new=_among(coupons, pushed.new),
        discarded=_among(coupons, pushed.discarded),
        archived=_among(coupons, pushed.archived),
        back=_among(coupons, pushed.back),
        held_back=tuple(each for each in pushed.held_back if each.coupon in coupons),
    )
    in_files = {*found.new, *(each.coupon for each in found.held_back)}
    for name in coupons:
        if name not in in_files:
            Changes(desk.office).versions(name, desk.caller)
    return found, Plans(
        tuple(each for each in plans.changes if each.coupon in coupons),
        tuple(each for each in plans.passed if each.coupon in coupons),
    )


def _among(coupons: tuple[str, ...], names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name for name in names if name in coupons)
