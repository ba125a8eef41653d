"""Coupon policies for subscription businesses: sentences, checked before they run.

    from engine import load
    answer = load("policies").evaluate(request)

`evaluate` takes the JSON of `POST /v1/evaluate`, as text or as plain values, and answers in the
same shapes, with attributes.
"""

from __future__ import annotations

from pathlib import Path

from engine.catalogue.catalogue import Catalogue
from engine.catalogue.loader import load as load_catalogue
from engine.decisions.answers import Evaluation
from engine.decisions.evaluation import Policies
from engine.decisions.flaws import Flaw, RequestError

__all__ = ["Evaluation", "Flaw", "Policies", "PolicyError", "RequestError", "load"]


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
