"""`coupon plan`: what pending changes alter."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from engine.cli.changing import form_option, plans_text, pushed_text, right_files, show
from engine.cli.store_options import Desk, open_office, refusals, store_options
from engine.service.changes.changed import Plans, Pushed
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
    desk = open_office(**where, policies=policies)
    with refusals():
        pushed, plans = _planned(desk, policies, coupons)
    said = "" if pushed == Pushed() else f"{pushed_text(pushed)}\n\n"
    show({"push": pushed, "plan": plans}, form, lambda: said + plans_text(plans))


def _planned(desk: Desk, policies: Path, coupons: tuple[str, ...]) -> tuple[Pushed, Plans]:
    changes = Changes(desk.office)
    if policies.exists():
        pushed, plans = changes.preview(*right_files(policies), desk.caller)
    else:
        pushed, plans = Pushed(), changes.plan(None, desk.caller)
    if not coupons:
        return pushed, plans
    for name in coupons:
        changes.versions(name, desk.caller)
    return Pushed(), Plans(
        tuple(each for each in plans.changes if each.coupon in coupons),
        tuple(each for each in plans.passed if each.coupon in coupons),
    )
