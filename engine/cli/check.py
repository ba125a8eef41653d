"""`coupon check`: reads policies and says what is wrong."""

from __future__ import annotations

from pathlib import Path

import click

from engine.catalogue.catalogue import Catalogue
from engine.catalogue.loader import load
from engine.cli.options import coloured, existing, paths_argument
from engine.diagnostics.renderers import FORMATS, text


@click.command("check")
@paths_argument
@click.option("--strict", is_flag=True, help="Warnings fail too.")
@click.option("--watch", is_flag=True, help="Check again whenever a file changes.")
@click.option(
    "--format",
    "form",
    type=click.Choice(list(FORMATS)),
    default="text",
    show_default=True,
    help="How diagnostics are written.",
)
@click.pass_context
def command(
    ctx: click.Context, paths: tuple[Path, ...], strict: bool, watch: bool, form: str
) -> None:
    """Read policies and check them, as one whole catalogue: all errors of all files.

    Without a PATH the folder `policies` is checked. Ends with 1 where there are errors.
    """
    chosen = existing(paths)
    fine = _check(chosen, form, strict=strict)
    if watch:
        fine = _watch(chosen, form, strict=strict)
    ctx.exit(0 if fine else 1)


def _check(paths: tuple[Path, ...], form: str, *, strict: bool) -> bool:
    catalogue = load(paths)
    click.echo(_render(catalogue, form), nl=form != "github" or bool(catalogue.diagnostics))
    return not catalogue.has_errors and not (strict and catalogue.diagnostics)


def _render(catalogue: Catalogue, form: str) -> str:
    files = len(catalogue.files)
    if form == "text":
        return text.render(catalogue.diagnostics, catalogue.files, files, colour=coloured())
    return FORMATS[form](catalogue.diagnostics, catalogue.files, files)


def _watch(paths: tuple[Path, ...], form: str, *, strict: bool) -> bool:
    """Check at each change until interrupted; whether the last check was fine."""
    # Loaded only here: watching is for people at a terminal.
    from watchfiles import watch as changes

    fine = True
    for _ in changes(*paths, raise_interrupt=False):
        click.clear()
        fine = _check(paths, form, strict=strict)
    return fine
