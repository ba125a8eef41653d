"""Suggestions for misspelt names, computed only when an error is shown."""

from __future__ import annotations

from collections.abc import Iterable


def suggest(word: str, candidates: Iterable[str]) -> str | None:
    """The candidate closest to a word, if at most a third of the letters differ (language.md).

    A letter differs that is inserted, deleted, replaced, or swapped with its neighbour.
    """
    # Loaded only here: most policies are spelt right.
    from rapidfuzz.distance import OSA

    most = len(word) // 3
    lower = word.lower()
    scored = (
        (OSA.distance(lower, other.lower(), score_cutoff=most), other) for other in candidates
    )
    best = min(scored, default=None)
    return best[1] if best is not None and best[0] <= most else None


def did_you_mean(word: str, candidates: Iterable[str]) -> str:
    """The sentence that offers the closest candidate, or nothing."""
    found = suggest(word, candidates)
    return f"did you mean `{found}`?" if found is not None else ""
