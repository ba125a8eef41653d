"""`coupon subscription`: what stands on a subscription, and what an account has."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from engine.cli.answering import subscription_text
from engine.cli.changing import form_option
from engine.cli.changing import show as show_answer
from engine.cli.entitlements_said import entitlements_text
from engine.cli.store_options import open_office, refusals, store_options
from engine.service.redeeming.accounts import Accounts
from engine.service.redeeming.subscriptions import Subscriptions


@click.group("subscription")
def command() -> None:
    """Look at a subscription, and at what an account has."""


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


@command.command("entitlements")
@click.argument("account", metavar="ACCOUNT")
@click.option("--at", metavar="INSTANT", help="The moment, with an offset; now without it.")
@store_options
@form_option
def entitlements(
    account: str,
    at: str | None,
    policies: Path,
    form: str,
    **where: Any,  # noqa: ANN401
) -> None:
    """Show what ACCOUNT, which is a customer's id, has by the codes that it activated."""
    desk = open_office(**where, policies=policies)
    with refusals():
        found = Accounts(desk.office).entitlements(account, at, desk.caller)
    show_answer(found, form, lambda: entitlements_text(found))
