"""`coupon evaluate`: what each charge is discounted, by files alone."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import BinaryIO

import click
import msgspec

from engine.cli.options import policies_option, right_catalogue
from engine.decisions.evaluation import Policies
from engine.decisions.flaws import RequestError


@click.command("evaluate")
@click.argument("request_file", metavar="[FILE|-]", type=click.File("rb"), default="-")
@policies_option
def command(request_file: BinaryIO, policies: Path) -> None:
    """Answer an evaluate request, the JSON of `POST /v1/evaluate`, from FILE or standard input.

    Only the files of policies count: no store is touched, so nothing is redeemed but what the
    request says, and no limit is used.
    """
    ready = Policies(right_catalogue(policies))
    try:
        answer = ready.evaluate(request_file.read())
    except RequestError as error:
        name = getattr(request_file, "name", "-")
        for flaw in error.flaws:
            click.echo(f"{name}: {flaw.pointer or '/'}: {flaw.message}", err=True)
        sys.exit(2)
    click.echo(msgspec.json.format(answer.to_json(), indent=2))
