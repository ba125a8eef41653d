"""`coupon erase`: forgets a customer's personal facts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from engine.cli.changing import form_option, show
from engine.cli.store_options import open_office, refusals, store_options
from engine.service.keeping.erasing import Erased, Erasure


@click.command("erase")
@click.argument("customer")
@store_options
@form_option
@click.confirmation_option(
    "--yes", prompt="This can't be undone. Erase?", help="Do it without asking."
)
def command(customer: str, policies: Path, form: str, **where: Any) -> None:  # noqa: ANN401
    """Erase the personal facts of CUSTOMER for good.

    What was redeemed and charged goes on counting under a made-up name, and the journal's chain
    stays whole.
    """
    desk = open_office(**where, policies=policies)
    with refusals():
        erased = Erasure(desk.office).erase(customer, desk.caller)
    show(erased, form, lambda: _text(erased))


def _text(erased: Erased) -> str:
    return (
        f"erased `{erased.customer}`: facts of {erased.subscriptions} subscriptions, "
        f"{erased.decisions} decisions, {erased.journal} entries of the journal, "
        f"and of {erased.rows} rows that limits count"
    )
