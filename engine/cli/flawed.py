"""What is wrong with a request, for people who typed a command and never saw the request."""

from __future__ import annotations

import click

from engine.decisions.flaws import Flaw, RequestError


def flawed_text(error: RequestError) -> str:
    """Everything that is wrong, each after the option or the line where it stands."""
    return "; ".join(map(_text, error.flaws))


def _text(flaw: Flaw) -> str:
    place = _place(flaw.pointer.split("/")[1:])
    return f"{place}: {flaw.message}" if place else flaw.message


def _place(names: list[str]) -> str:
    """Where a pointer leads: an option of the command, a line, else a name with its dots."""
    if not names:
        return ""
    if names[0] == "lines":
        return f"line {int(names[1]) + 1}" if names[1:] and names[1].isdecimal() else ""
    return f"`{_options()[names[0]]}`" if names[0] in _options() else ".".join(names)


def _options() -> dict[str, str]:
    """The options of the command that runs, by the names of what they give."""
    context = click.get_current_context(silent=True)
    params = context.command.params if context is not None else ()
    return {
        each.name: max(each.opts, key=len)
        for each in params
        if isinstance(each, click.Option) and each.name is not None
    }
