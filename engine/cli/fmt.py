"""`coupon fmt`: the canonical spelling of policies."""

from __future__ import annotations

from pathlib import Path

import click

from engine.catalogue.formatter import format_source
from engine.catalogue.loader import find_files
from engine.catalogue.yaml_reader import SourceFile, read
from engine.cli.options import existing, paths_argument
from engine.diagnostics.renderers import text


@click.command("fmt")
@paths_argument
@click.option(
    "--check", "only_check", is_flag=True, help="Change nothing; end with 1 if any file would."
)
@click.pass_context
def command(ctx: click.Context, paths: tuple[Path, ...], only_check: bool) -> None:
    """Write every sentence in its canonical spelling; comments and layout stay.

    The meaning never changes. A file that is not YAML is left alone, and said.
    """
    files = list(dict.fromkeys(find_files(existing(paths))))
    sources = [(path, read(path.as_posix(), path.read_bytes())) for path in files]
    broken = [source for _, source in sources if source.diagnostics]
    for source in broken:
        _show(source)
    changed = [path for path, source in sources if not source.diagnostics and _differs(source)]
    for path, source in sources:
        if path in changed and not only_check:
            path.write_bytes(format_source(source).encode())
    _report(changed, len(files), only_check=only_check)
    ctx.exit(1 if broken or (only_check and changed) else 0)


def _differs(source: SourceFile) -> bool:
    return format_source(source) != source.text


def _show(source: SourceFile) -> None:
    click.echo(text.render(source.diagnostics, {source.name: source.text}, 1), err=True)


def _report(changed: list[Path], files: int, *, only_check: bool) -> None:
    verb = "would change" if only_check else "changed"
    for path in changed:
        click.echo(f"{verb} {path.as_posix()}")
    click.echo(f"{verb} {len(changed)} of {files} file{'' if files == 1 else 's'}")
