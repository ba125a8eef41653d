"""What stops a use case before it decides anything. A refusal is an answer, not one of these."""

from __future__ import annotations

from collections.abc import Mapping

from engine.diagnostics import Diagnostic


class ServiceError(Exception):
    """A request that can't be done. `advice` says what to do about it."""

    def __init__(self, message: str, advice: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.advice = advice


class NotFound(ServiceError):
    """Nothing in this space has that id."""


class Forbidden(ServiceError):
    """The key lacks a scope."""


class OperatorsOnly(Forbidden):
    """What is of the whole space was asked for with the key of a partner."""


class Conflict(ServiceError):
    """The state does not allow it, such as enacting a change that nobody made."""


class KeyReused(ServiceError):
    """An idempotency key came with another request than the first time."""


class NoSuchSpace(ServiceError):
    """The store has no space of that name."""


class BadPolicies(ServiceError):
    """Policies with errors, which never replace what is in force; `files` are their texts."""

    def __init__(self, diagnostics: tuple[Diagnostic, ...], files: Mapping[str, str]) -> None:
        self.diagnostics = tuple(each for each in diagnostics if each.is_error)
        self.files = files
        first = self.diagnostics[0]
        place = f"{first.location.file}:{first.location.line}:{first.location.column}"
        super().__init__(f"{place}: error[{first.name}]: {first.message}", first.help)
