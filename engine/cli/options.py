"""What several commands take."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any, TextIO

import click

from engine.catalogue.catalogue import Catalogue
from engine.catalogue.loader import load
from engine.diagnostics.renderers import text

DEFAULT = "policies"
VARIABLE = "COUPON_POLICIES"

_NOTHING = "there is no `{}` here: name a path, or make a folder of policies with `coupon init`"


def paths_argument(function: Callable[..., Any]) -> Callable[..., Any]:
    """Paths of policies; without any, the one that the environment names, else `policies`."""
    argument = click.argument(
        "paths", nargs=-1, type=click.Path(exists=True, path_type=Path), metavar="[PATH]..."
    )
    return argument(function)


def policies_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """The folder of policies."""
    option = click.option(
        "--policies",
        envvar=VARIABLE,
        type=click.Path(path_type=Path),
        default=DEFAULT,
        show_default=True,
        help=f"The folder or file of policies; also {VARIABLE}.",
    )
    return option(function)


def new_file_option(meaning: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """`--out FILE`: a text file that is not there yet, refused before anything is done."""
    return click.option(
        "--out",
        type=click.File("w", encoding="utf-8", lazy=True),
        metavar="FILE",
        default="-",
        callback=_new_file,
        help=meaning,
    )


def _new_file(_: click.Context, __: click.Parameter, file: TextIO) -> TextIO:
    if file.name != sys.stdout.name and Path(file.name).exists():
        raise click.BadParameter(f"`{file.name}` is there already, and would be written over")
    return file


def file_name(file: IO[Any]) -> str | None:
    """The name of a file that a command writes; none for standard output."""
    return None if file.name in ("-", sys.stdout.name) else file.name


def existing(paths: tuple[Path, ...]) -> tuple[Path, ...]:
    """The paths, or the default one. Ends the command with 2 where there is none."""
    chosen = paths or (Path(os.environ.get(VARIABLE) or DEFAULT),)
    for path in chosen:
        if not path.exists():
            raise click.UsageError(_NOTHING.format(path))
        if not path.is_dir() and not path.is_file():
            raise click.UsageError(f"`{path}` is neither a file nor a folder")
    return chosen


def right_catalogue(path: Path) -> Catalogue:
    """The catalogue of a path. Ends the command with 1, and says why, where it has errors."""
    catalogue = load(existing((path,)))
    if catalogue.has_errors:
        errors = [each for each in catalogue.diagnostics if each.is_error]
        shown = text.render(
            errors, catalogue.files, len(catalogue.files), colour=coloured(err=True)
        )
        click.echo(shown, err=True)
        raise SystemExit(1)
    return catalogue


def coloured(*, err: bool = False) -> bool:
    """Whether the output is a terminal, which shows colours."""
    return (sys.stderr if err else sys.stdout).isatty()
