"""The command line: `coupon COMMAND`."""

from __future__ import annotations

from importlib import import_module

import click

_EPILOG = "Exit codes: 0 fine, 1 the answer is no, 2 wrong usage."
_COMMANDS = (
    "init",
    "check",
    "fmt",
    "test",
    "explain",
    "help",
    "evaluate",
    "plan",
    "push",
    "pull",
    "enact",
    "discard",
    "approve",
    "restore",
    "switch",
    "redeem",
    "remove",
    "subscription",
    "redemptions",
    "rates",
    "codes",
    "inventory",
    "group",
    "features",
    "seal",
    "validate",
    "report",
    "outbox",
    "key",
    "db",
    "settings",
    "erase",
)

_ELSEWHERE = {"serve": "web.serve"}
"""Commands of the floors above, by their modules."""


class _Commands(click.Group):
    """Loads a command when it is asked for, and with it only what it needs."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return [*_COMMANDS, *_ELSEWHERE]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in _COMMANDS and cmd_name not in _ELSEWHERE:
            return None
        module = _ELSEWHERE.get(cmd_name, f"engine.cli.{cmd_name}")
        command: click.Command = import_module(module).command
        return command


@click.group(
    cls=_Commands, epilog=_EPILOG, context_settings={"help_option_names": ["-h", "--help"]}
)
@click.version_option(package_name="coupon-policy", prog_name="coupon")
def main() -> None:
    """Coupon policies, written as sentences, checked before they run."""
