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
    plans = _of(changes.plan(None, desk.caller), changes, desk, coupons)
    if coupons:
        pushed = Pushed(new=tuple(each for each in pushed.new if each in coupons))
    return pushed, plans


def _planned(desk: Desk, policies: Path, coupons: tuple[str, ...]) -> tuple[Pushed, Plans]:
    changes = Changes(desk.office)
    if policies.exists():
        files = right_files(policies)
        pushed, plans = changes.preview(*files, desk.caller)
        plans = _noted(plans, waiting_again(desk, *files))
    else:
        pushed, plans = Pushed(), changes.plan(None, desk.caller)
    return Pushed() if coupons else pushed, _of(plans, changes, desk, coupons)


def _noted(plans: Plans, again: dict[str, Waiting]) -> Plans:
    """Plans that say of which changes the files hold nothing new."""

    def noted(plan: Plan) -> Plan:
        change = again.get(plan.coupon)
        notes = () if change is None else (waiting_text(change),)
        return replace(plan, notes=(*plan.notes, *notes))

    return replace(plans, changes=tuple(map(noted, plans.changes)))


def _of(plans: Plans, changes: Changes, desk: Desk, coupons: tuple[str, ...]) -> Plans:
    """The plans of some coupons, or all where none is named. Raises `NotFound`."""
    for name in coupons:
        changes.versions(name, desk.caller)
    return Plans(
        tuple(each for each in plans.changes if not coupons or each.coupon in coupons),
        tuple(each for each in plans.passed if not coupons or each.coupon in coupons),
    )
