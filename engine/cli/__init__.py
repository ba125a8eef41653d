"""The command line: `coupon COMMAND`."""

from __future__ import annotations

from importlib import import_module

import click

_EPILOG = "Exit codes: 0 fine, 1 the answer is no, 2 wrong usage."
_COMMANDS = ("init", "check", "fmt", "explain", "help", "evaluate")


class _Commands(click.Group):
    """Loads a command when it is asked for, and with it only what it needs."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in _COMMANDS:
            return None
        command: click.Command = import_module(f"engine.cli.{cmd_name}").command
        return command


@click.group(
    cls=_Commands, epilog=_EPILOG, context_settings={"help_option_names": ["-h", "--help"]}
)
@click.version_option(package_name="coupon-policy", prog_name="coupon")
def main() -> None:
    """Coupon policies, written as sentences, checked before they run."""
