"""`coupon subscription`: what stands on a subscription."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from engine.cli.answering import subscription_text
from engine.cli.changing import form_option
from engine.cli.changing import show as show_answer
from engine.cli.store_options import open_office, refusals, store_options
from engine.service.redeeming.subscriptions import Subscriptions


@click.group("subscription")
def command() -> None:
    """Look at a subscription."""


@command.command("show")
@click.argument("subscription", metavar="ID")
@store_options
@form_option
def show(subscription: str, policies: Path, form: str, **where: Any) -> None:  # noqa: ANN401
    """Show the facts stored of a subscription, its redemptions, and what is left of limits."""
    desk = open_office(**where, policies=policies)
    with refusals():
        found = Subscriptions(desk.office).show(subscription, desk.caller)
    show_answer(found, form, lambda: subscription_text(found))
