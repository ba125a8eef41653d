"""The folder of policies that the service reads: at its start, and whenever a file changes."""

from __future__ import annotations

from pathlib import Path
from threading import Event, Lock

import click
from watchfiles import watch

from engine.catalogue.catalogue import Catalogue
from engine.catalogue.loader import assemble, read_files
from engine.cli.changing import pushed_text
from engine.cli.options import coloured
from engine.cli.store_options import Desk
from engine.diagnostics.renderers import text
from engine.service.changes.changes import Changes
from engine.service.errors import ServiceError
from engine.store.database import StoreUnavailable

_KEPT = "what is in force stays as it is"


class Folder:
    """A folder and the space that it is read into; what becomes of a reading is printed."""

    def __init__(self, path: Path, desk: Desk) -> None:
        self._path = path
        self._desk = desk
        self._reading = Lock()

    def push(self) -> None:
        """Read the folder into the store; one with errors never replaces what is in force."""
        # Whoever reads last brings what the files say last.
        with self._reading:
            self._push()

    def _push(self) -> None:
        sources = read_files((self._path,)) if self._path.exists() else []
        catalogue = assemble(sources)
        if not sources:
            click.echo(f"`{self._path}` holds no policies: {_KEPT}")
        elif catalogue.has_errors:
            click.echo(f"{_report(catalogue)}\n{_KEPT}")
        else:
            pushed = Changes(self._desk.office).push(catalogue, sources, self._desk.caller)
            click.echo(f"policies read from `{self._path}`\n{pushed_text(pushed)}")

    def follow(self, stop: Event) -> None:
        """Read the folder again at each change, until told to stop."""
        for _ in watch(self._path, stop_event=stop, raise_interrupt=False):
            try:
                self.push()
            except (ServiceError, StoreUnavailable) as error:
                click.echo(f"the policies were not read: {error}; {_KEPT}")


def _report(catalogue: Catalogue) -> str:
    errors = [each for each in catalogue.diagnostics if each.is_error]
    return text.render(errors, catalogue.files, len(catalogue.files), colour=coloured())
