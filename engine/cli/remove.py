"""`coupon remove`: removes a redeemed code from a subscription."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from engine.cli.answering import ended_text, refusal_text
from engine.cli.changing import form_option, show
from engine.cli.store_options import open_office, refusals, store_options
from engine.service.answers import Ended
from engine.service.errors import NotFound
from engine.service.redeeming.redemptions import Redemptions


@click.command("remove")
@click.argument("code")
@click.option("--subscription", required=True, metavar="ID", help="The subscription.")
@store_options
@form_option
def command(code: str, subscription: str, policies: Path, form: str, **where: Any) -> None:  # noqa: ANN401
    """Remove CODE from a subscription: the next charge gets no discount of it.

    Its place is given back. Ends with 1 where it is not redeemed there.
    """
    desk = open_office(**where, policies=policies)
    redemptions = Redemptions(desk.office)
    with refusals():
        found = redemptions.find(code, subscription, desk.caller)
        if found is None:
            raise NotFound(f"`{code}` was never redeemed on `{subscription}`")
        answer = redemptions.remove(found, {}, desk.caller)
    if isinstance(answer, Ended):
        show(answer, form, lambda: ended_text(answer))
        return
    show(answer, form, lambda: refusal_text(code, answer, "removed"))
    raise SystemExit(1)
