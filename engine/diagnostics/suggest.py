"""Suggestions for misspelt names, computed only when an error is shown."""

from __future__ import annotations

from collections.abc import Iterable


def suggest(word: str, candidates: Iterable[str]) -> str | None:
    """The candidate closest to a word, if at most a third of the letters differ (language.md)."""
    scored = ((_distance(word.lower(), other.lower()), other) for other in candidates)
    best = min(scored, default=None)
    if best is None or best[0] * 3 > len(word):
        return None
    return best[1]


def did_you_mean(word: str, candidates: Iterable[str]) -> str:
    """The sentence that offers the closest candidate, or nothing."""
    found = suggest(word, candidates)
    return f"did you mean `{found}`?" if found is not None else ""


def _distance(left: str, right: str) -> int:
    """Letters to insert, delete, replace or swap with a neighbour (optimal string alignment)."""
    if abs(len(left) - len(right)) > len(left) // 3 + 1:
        return max(len(left), len(right))
    before: list[int] = []
    row = list(range(len(right) + 1))
    for i, a in enumerate(left, start=1):
        before, above, row = row, before, [i]
        for j, b in enumerate(right, start=1):
            best = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if above and j > 1 and a == right[j - 2] and left[i - 2] == b:
                best = min(best, above[j - 2] + 1)
            row.append(best)
    return row[-1]
