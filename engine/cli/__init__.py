"""The command line: `coupon COMMAND`."""

from __future__ import annotations

import click

from engine.cli.check import check
from engine.cli.evaluate import evaluate
from engine.cli.explain import explain
from engine.cli.fmt import fmt
from engine.cli.help import help_
from engine.cli.init import init

_EPILOG = "Exit codes: 0 fine, 1 the answer is no, 2 wrong usage."


@click.group(epilog=_EPILOG, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="coupon-policy", prog_name="coupon")
def main() -> None:
    """Coupon policies, written as sentences, checked before they run."""


for _command in (init, check, fmt, explain, help_, evaluate):
    main.add_command(_command)
