"""What is wrong with a policy file, where, and what to do about it."""

from engine.diagnostics.diagnostic import Diagnostic, Location, Problem, Severity, Span
from engine.diagnostics.names import ERRORS, WARNINGS, severity_of

__all__ = [
    "ERRORS",
    "WARNINGS",
    "Diagnostic",
    "Location",
    "Problem",
    "Severity",
    "Span",
    "severity_of",
]
