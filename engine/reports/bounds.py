"""How large a report may be that is made as a whole."""

from __future__ import annotations

from engine.decisions.flaws import Flaw, RequestError
from engine.reports.listing import Part


def check_size(rows: int, part: Part, parameter: str = "client") -> None:
    """Raise `RequestError` where a report has more rows than are given at once."""
    if rows > part.size:
        message = (
            f"the report has more than {part.size:,} rows: ask for less of it, "
            "or for CSV, which takes more"
        )
        raise RequestError(Flaw(f"/{parameter}", message))
