"""The library: policies of a folder, ready to answer."""

from __future__ import annotations

from pathlib import Path

from engine.catalogue.catalogue import Catalogue
from engine.catalogue.loader import load as load_catalogue
from engine.decisions.evaluation import Policies


class PolicyError(ValueError):
    """Policies with errors, which never decide; the catalogue's diagnostics say what and where."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        first = next(each for each in catalogue.diagnostics if each.is_error)
        where = first.location
        place = f"{where.file}:{where.line}:{where.column}"
        super().__init__(f"{place}: error[{first.name}]: {first.message}")


def load(*paths: str | Path) -> Policies:
    """Read, check and compile the policies under some paths, which are one whole catalogue.

    Raises `PolicyError` where an error stops them; warnings don't.
    """
    catalogue = load_catalogue([Path(path) for path in paths])
    if catalogue.has_errors:
        raise PolicyError(catalogue)
    return Policies(catalogue)
