"""`coupon fmt`: the canonical spelling of policies."""

from __future__ import annotations

from pathlib import Path

import click

from engine.catalogue.formatter import format_source
from engine.catalogue.loader import find_files, read_file
from engine.catalogue.yaml_reader import SourceFile
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
    sources = [(path, read_file(path)) for path in files]
    broken = [source for _, source in sources if source.diagnostics]
    for source in broken:
        _show(source)
    changed = [(path, new) for path, source in sources if (new := _changed(source)) is not None]
    written = [path for path, new in changed if only_check or _write(path, new)]
    _report(written, len(files), only_check=only_check)
    failed = broken or len(written) < len(changed)
    ctx.exit(1 if failed or (only_check and changed) else 0)


def _write(path: Path, new: str) -> bool:
    try:
        path.write_bytes(new.encode())
    except OSError as error:
        why = (error.strerror or "unknown error").lower()
        click.echo(f"{path.as_posix()}: the file can't be written: {why}", err=True)
        return False
    return True


def _changed(source: SourceFile) -> str | None:
    """The canonical text, where it differs; a file with errors of YAML is left alone."""
    if source.diagnostics:
        return None
    new = format_source(source)
    return new if new != source.text else None


def _show(source: SourceFile) -> None:
    click.echo(text.render(source.diagnostics, {source.name: source.text}, 1), err=True)


def _report(changed: list[Path], files: int, *, only_check: bool) -> None:
    verb = "would change" if only_check else "changed"
    for path in changed:
        click.echo(f"{verb} {path.as_posix()}")
    click.echo(f"{verb} {len(changed)} of {files} file{'' if files == 1 else 's'}")
