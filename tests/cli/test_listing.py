"""`coupon --help` lists the commands, and loads none of them."""

from __future__ import annotations

import subprocess
import sys

import click
import pytest

from engine.cli import main

PROGRAM = """\
import sys
from engine.cli import main
main(["--help"], standalone_mode=False)
print([name for name in sys.modules if name.startswith(("engine.", "sqlalchemy"))])
"""


@pytest.mark.parametrize("width", [20, 40, 60, 80, 1000])
def test_each_command_is_listed_with_what_its_own_help_begins_with(width: int) -> None:
    """At any width of the terminal, as click itself lists commands that it loads."""
    context = click.Context(main, info_name="coupon", terminal_width=width)
    expected, actual = context.make_formatter(), context.make_formatter()
    click.Group.format_commands(main, context, expected)
    main.format_commands(context, actual)
    assert expected.getvalue() == actual.getvalue()


def test_the_help_loads_no_command() -> None:
    """In a process of its own, where no test has loaded any."""
    done = subprocess.run(  # noqa: S603 - our own interpreter and program
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "['engine.cli']"
