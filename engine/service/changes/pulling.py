"""Writing what is in force into the files of a folder, their comments kept."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from engine.catalogue.catalogue import Catalogue
from engine.catalogue.documents import Piece, cut
from engine.catalogue.loader import assemble, find_files, read_file
from engine.catalogue.yaml_reader import SourceFile
from engine.service.changes.replacing import merged
from engine.service.contexts import context_of, find_context
from engine.service.meaning import meaning_of
from engine.service.versions import Version
from engine.service.work import Work


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a folder has the document of a coupon."""

    path: Path
    piece: Piece


def pull(task: Work, folder: Path) -> list[Path]:
    """Make the folder say what is in force; the files that were written, in order.

    A document that means the same is left as it is, and so is all that is no coupon's.
    """
    return _Pull(task, folder).run()


class _Pull:
    """One writing of a folder."""

    def __init__(self, task: Work, folder: Path) -> None:
        self._task = task
        self._folder = folder
        self._sources = {path: read_file(path) for path in _files(folder)}
        self._places = dict(self._find())
        catalogue = assemble(list(self._sources.values()))
        self._meanings = _meanings(catalogue, list(self._sources.values()))
        self._derived = catalogue.derived.keys()

    def run(self) -> list[Path]:
        texts: dict[Path, list[tuple[Piece, str]]] = {}
        missing: dict[Path, str] = {}
        for name, in_force in self._task.book.coupons.items():
            place = self._places.get(name) or self._places.get(in_force.ready.policy.was or "")
            if in_force.archived or self._meanings.get(name) == in_force.source.meaning:
                continue
            if self._is_derived(in_force.source):
                continue
            wanted = in_force.source.document
            if place is None:
                missing[self._folder / f"{name}.yaml"] = wanted.text
            else:
                said = merged(place.piece.document, wanted)
                texts.setdefault(place.path, []).append((place.piece, said))
        written = {path: self._replaced(path, pieces) for path, pieces in texts.items()}
        written |= {path: _appended(path, text) for path, text in missing.items()}
        return sorted(path for path, text in written.items() if _write(path, text))

    def _is_derived(self, version: Version) -> bool:
        """Whether a group makes a coupon: it has no document to be written to."""
        context = find_context(self._task.tx, self._task.space, version.context)
        return version.coupon in self._derived or version.coupon in context.catalogue.derived

    def _replaced(self, path: Path, pieces: list[tuple[Piece, str]]) -> str:
        """The text of a file with other documents in the place of some."""
        text = self._sources[path].text
        for piece, said in sorted(pieces, key=lambda each: each[0].start, reverse=True):
            text = text[: piece.start] + _ended(said) + text[piece.end :]
        return text

    def _find(self) -> Iterator[tuple[str, _Place]]:
        for path, source in self._sources.items():
            for piece in cut(source):
                if piece.document.kind == "coupon":
                    yield piece.document.name, _Place(path, piece)


def _files(folder: Path) -> list[Path]:
    return list(find_files([folder])) if folder.exists() else []


def _meanings(catalogue: Catalogue, sources: list[SourceFile]) -> dict[str, str]:
    """What the coupons of a folder mean as it is; nothing is known of one with errors."""
    context = context_of(piece.document for source in sources for piece in cut(source))
    wrong = {each.location.file for each in catalogue.diagnostics if each.is_error}
    return {
        name: meaning_of(coupon, context)
        for name, coupon in catalogue.coupons.items()
        if coupon.location.file not in wrong
    }


def _appended(path: Path, text: str) -> str:
    """A document in a file of its own, or after those that the file has already."""
    before = path.read_text("utf-8") if path.exists() else ""
    return f"{_ended(before)}---\n{_ended(text)}" if before.strip() else _ended(text)


def _ended(text: str) -> str:
    return f"{text.rstrip()}\n" if text.strip() else ""


def _write(path: Path, text: str) -> bool:
    """Write a file, unless it says so already; whether it was written."""
    if path.exists() and path.read_text("utf-8") == text:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8", newline="")
    return True
