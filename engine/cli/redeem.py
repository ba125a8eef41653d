"""`coupon redeem`: redeems a code on a subscription."""

from __future__ import annotations

from pathlib import Path
from typing import Any, BinaryIO, get_args

import click

from engine.cli.answering import redemption_text, refusal_text
from engine.cli.changing import form_option, show
from engine.cli.store_options import open_office, refusals, store_options
from engine.decisions.flaws import RequestError
from engine.decisions.json_text import read_json
from engine.service.answers import Redemption
from engine.service.redeeming.redemptions import Redemptions
from engine.service.requests import Running

MERCHANT = "merchant"
RUNNING = get_args(Running)


@click.command("redeem")
@click.argument("code")
@click.option(
    "--subscription", metavar="ID", help="The subscription; a code that grants one needs none."
)
@click.option(
    "--facts",
    type=click.File("rb"),
    metavar="FILE",
    help='The facts of the request as JSON, such as {"customer": {"id": "cus-1"}}; - is input.',
)
@click.option(
    "--running",
    type=click.Choice(RUNNING),
    help="What becomes of what the account has, where the code grants it something else.",
)
@click.option("--dry-run", is_flag=True, help="Only answer; nothing is changed.")
@store_options
@form_option
def command(
    code: str,
    subscription: str | None,
    facts: BinaryIO | None,
    running: str | None,
    dry_run: bool,
    policies: Path,
    form: str,
    **where: Any,  # noqa: ANN401
) -> None:
    """Redeem CODE on a subscription, by the merchant unless the facts say otherwise.

    What the code grants goes to the account of the customer whom the facts name.

    Ends with 1 where it is refused, and says every reason.
    """
    said = {"code": code, "dry_run": dry_run, "running": running}
    body = _body(facts, subscription) | said
    desk = open_office(**where, policies=policies)
    with refusals():
        answer = Redemptions(desk.office).redeem(body, desk.caller)
    if isinstance(answer, Redemption):
        show(answer, form, lambda: redemption_text(answer))
        return
    show(answer, form, lambda: refusal_text(code, answer, "redeemed"))
    raise SystemExit(1)


def _body(file: BinaryIO | None, subscription: str | None) -> dict[str, Any]:
    facts = {} if file is None else _facts(file)
    known = facts.get("subscription", {})
    if not isinstance(known, dict):
        raise click.UsageError("the facts of `subscription` are no object")
    own = {} if subscription is None else {"id": subscription}
    return {"by": MERCHANT, **facts, "subscription": {**known, **own}}


def _facts(file: BinaryIO) -> dict[str, Any]:
    try:
        facts = read_json(file.read())
    except RequestError as error:
        raise click.UsageError(f"the facts can't be read: {error}") from None
    if not isinstance(facts, dict):
        raise click.UsageError("the facts are no JSON object")
    return facts
