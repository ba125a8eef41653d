"""The files that ship with the engine."""

from __future__ import annotations

from pathlib import Path

_HERE = Path(__file__).parent


def folder(name: str) -> Path:
    """The folder of shipped files with a name: `schemas` or `policies`.

    An installed engine has them in its own `data`; in a checkout they lie beside it. Raises
    `FileNotFoundError` where neither has it.
    """
    for place in (_HERE / "data" / name, _HERE.parent / name):
        if place.is_dir():
            return place
    raise FileNotFoundError(name)
