"""The forms in which diagnostics are shown (interfaces.md, `coupon check`).

A renderer is a pure function. It takes the diagnostics in the order in which they are shown, the
text of each file by its name (a file that can't be read has none), and the number of files that
were checked; it returns one string without a newline at its end.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from engine.diagnostics.diagnostic import Diagnostic
from engine.diagnostics.renderers import as_json, github, sarif, text

Renderer = Callable[[Sequence[Diagnostic], Mapping[str, str], int], str]
"""From diagnostics, the texts of files by name, and the number of files, to what is shown."""

FORMATS: Mapping[str, Renderer] = {
    "text": text.render,
    "json": as_json.render,
    "github": github.render,
    "sarif": sarif.render,
}
"""Every form by the name that `--format` gives it. `text.render` also takes `colour=True`."""

__all__ = ["FORMATS", "Renderer"]
