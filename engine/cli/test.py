"""`coupon test`: runs scenarios."""

from __future__ import annotations

import sys
from contextlib import closing
from pathlib import Path

import click

from engine.catalogue.catalogue import Catalogue
from engine.catalogue.loader import load
from engine.cli.options import coloured, existing, paths_argument
from engine.diagnostics.renderers import text
from engine.testing.coverage import Coverage, coverage
from engine.testing.report import as_json, as_junit, as_text
from engine.testing.results import Ran
from engine.testing.runner import Runner


@click.command("test")
@paths_argument
@click.option("--junit", type=click.Path(path_type=Path), help="Also write the results as XML.")
@click.option("-k", "name", default="", help="Run only scenarios with this text in their names.")
@click.option(
    "--min-coverage",
    type=click.IntRange(0, 100),
    help="Fail where fewer percent of the rules were seen as the only refuser.",
)
@click.option("--watch", is_flag=True, help="Run again whenever a file changes.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="How results are written.",
)
@click.pass_context
def command(
    ctx: click.Context,
    paths: tuple[Path, ...],
    junit: Path | None,
    name: str,
    min_coverage: int | None,
    watch: bool,
    form: str,
) -> None:
    """Run the scenarios of policies, which together are one whole catalogue.

    Says what was expected and what came, which sentence said so, and which rules no scenario has
    seen as the only refuser. Ends with 1 where a scenario fails, or where there is none.
    """
    chosen = existing(paths)
    fine = _test(chosen, junit, name, min_coverage, form)
    if watch:
        # Loaded only here: watching is for people at a terminal.
        from watchfiles import watch as changes

        for _ in changes(*chosen, raise_interrupt=False):
            click.clear()
            fine = _test(chosen, junit, name, min_coverage, form)
    ctx.exit(0 if fine else 1)


def _test(
    paths: tuple[Path, ...], junit: Path | None, name: str, least: int | None, form: str
) -> bool:
    catalogue = load(paths)
    if catalogue.has_errors:
        _show_errors(catalogue)
        return False
    with closing(Runner(catalogue)) as runner:
        results = _run(runner, name)
        covered = coverage(runner.rules, results)
    # A part of the scenarios says little of the rules.
    shown = covered if least is not None or not name else None
    if form == "json":
        click.echo(as_json(results))
    else:
        click.echo(as_text(results, shown, colour=coloured()))
    if junit is not None:
        _write(junit, as_junit(results))
    fine = bool(results) and all(result.passed for result in results)
    return _is_enough(covered, least) and fine


def _run(runner: Runner, name: str) -> list[Ran]:
    """Run the scenarios, with a bar where people wait before a terminal."""
    hidden = not coloured(err=True)
    with click.progressbar(
        runner.chosen(name), label="scenarios", file=sys.stderr, hidden=hidden
    ) as scenarios:
        return [runner.run(each) for each in scenarios]


def _is_enough(covered: Coverage, least: int | None) -> bool:
    if least is None or covered.percent >= least:
        return True
    click.echo(f"{covered.percent}% of the rules are covered, fewer than {least}%", err=True)
    return False


def _show_errors(catalogue: Catalogue) -> None:
    errors = [each for each in catalogue.diagnostics if each.is_error]
    files = len(catalogue.files)
    click.echo(text.render(errors, catalogue.files, files, colour=coloured(err=True)), err=True)


def _write(path: Path, xml: str) -> None:
    try:
        path.write_text(xml, "utf-8")
    except OSError as error:
        why = (error.strerror or "unknown error").lower()
        raise click.UsageError(f"`{path}` can't be written: {why}") from None
