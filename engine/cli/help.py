"""`coupon help`: the page of a diagnostic."""

from __future__ import annotations

import click

from engine.diagnostics import ERRORS, WARNINGS
from engine.diagnostics.pages import page, summary
from engine.diagnostics.suggest import did_you_mean


@click.command("help")
@click.argument("name", required=False)
def command(name: str | None) -> None:
    """Show the page of the diagnostic NAME: what to avoid, what to prefer, why.

    Without a NAME all are listed.
    """
    if name is None:
        _list()
        return
    if name not in ERRORS | WARNINGS:
        advice = did_you_mean(name, ERRORS | WARNINGS) or "`coupon help` lists them"
        raise click.UsageError(f"no diagnostic is called `{name}`: {advice}")
    click.echo(page(name).rstrip())


def _list() -> None:
    width = max(map(len, ERRORS | WARNINGS))
    for title, names in (("Errors", ERRORS), ("Warnings", WARNINGS)):
        click.echo(title)
        for name in sorted(names):
            click.echo(f"  {name:<{width}}  {summary(name)}")
