"""What coupons were read with: space, vocabularies, features and formats, kept beside them."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

import msgspec
from sqlalchemy import bindparam, select

from engine.catalogue.catalogue import Catalogue, Coupon, Space
from engine.catalogue.coupons import Surroundings, read_coupon
from engine.catalogue.deriving import placed
from engine.catalogue.documents import Document
from engine.catalogue.loader import assemble
from engine.catalogue.nodes import Mapping, Node, Scalar
from engine.catalogue.report import Report
from engine.language.vocabulary import Vocabulary
from engine.service.errors import ServiceError
from engine.store.database import Transaction
from engine.store.statements import Statement, insertion
from engine.store.tables import CONTEXTS

APART = frozenset({"coupon", "rates", "scenario"})
"""The kinds of documents that coupons are not read with."""

_WORD = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*")
_FIND = Statement(
    select(CONTEXTS.c.documents).where(
        CONTEXTS.c.space == bindparam("space"), CONTEXTS.c.context == bindparam("context")
    )
)
_ADD = insertion(CONTEXTS)


class Unreadable(ServiceError):
    """A version in the store that this version of the program does not understand."""


@dataclass(frozen=True)
class Context:
    """The documents that coupons are read with; `key` tells them from any others."""

    key: str
    documents: tuple[Document, ...]

    @cached_property
    def catalogue(self) -> Catalogue:
        """What the documents say."""
        return assemble([document.source for document in self.documents], frozenset())

    @property
    def space(self) -> Space | None:
        """What holds for all coupons, if a document says so."""
        return self.catalogue.space

    @property
    def vocabulary(self) -> Vocabulary:
        """The facts that sentences may name."""
        return self.catalogue.vocabulary

    def of_kind(self, kind: str) -> list[Document]:
        """The documents of one kind."""
        return [document for document in self.documents if document.kind == kind]

    def read(self, document: Document, name: str) -> Coupon:
        """The coupon of a document that was checked when it was saved, under its name in force.

        Raises `Unreadable`: a rule is never left out because it isn't understood.
        """
        report = Report()
        found = read_coupon(document.node, self._around(document), report)
        errors = [each for each in report.diagnostics if each.is_error]
        if found is None or errors:
            where = f"{document.file}:{errors[0].location.line if errors else document.line}"
            said = errors[0].message if errors else "it has no name"
            raise Unreadable(
                f"the version in force of `{name}` can't be read, at {where}: {said}",
                "install the version of the program that saved it, or restore an older version",
            )
        derived = self.catalogue.derived.get(document.name)
        if derived is not None and derived.text == document.text:
            found = placed(found, derived.moved(document.file, document.line))
        return found if found.name == name else replace(found, name=name)

    def _around(self, document: Document) -> Surroundings:
        # Other coupons may have been renamed since it was checked: every word may name one.
        return Surroundings(
            self.space,
            self.vocabulary,
            coupons=frozenset(),
            features=self.catalogue.features,
            formats=self.catalogue.formats,
            lost=frozenset(),
            elsewhere=frozenset(_WORD.findall(document.text)),
        )


NOTHING = Context("", ())
"""The surroundings of a space whose files were never read."""


def context_of(documents: Iterable[Document]) -> Context:
    """The surroundings that some documents make; their spelling and order don't count."""
    kept = tuple(each for each in documents if each.kind not in APART)
    said = sorted([each.kind or "", each.name, plain(each.node)] for each in kept)
    digest = hashlib.blake2b(msgspec.json.encode(said, order="deterministic"), digest_size=16)
    return Context(digest.hexdigest(), kept)


def plain(node: Node) -> object:
    """What a part of a document says, as plain values."""
    if isinstance(node, Scalar):
        return node.text.strip()
    if isinstance(node, Mapping):
        return {key.text: plain(value) for key, value in node.entries}
    return [plain(item) for item in node.items]


def find_context(tx: Transaction, space: str, key: str | None) -> Context:
    """Kept surroundings."""
    row = tx.row(_FIND, space=space, context=key) if key else None
    return NOTHING if row is None else _kept(str(key), row[0])


def keep_context(tx: Transaction, space: str, context: Context) -> None:
    """Keep surroundings, unless they are known."""
    if tx.row(_FIND, space=space, context=context.key) is None:
        listed = [{"file": d.file, "line": d.line, "text": d.text} for d in context.documents]
        text = msgspec.json.encode(listed).decode()
        tx.run(_ADD, space=space, context=context.key, documents=text)


_DOCUMENTS = msgspec.json.Decoder(tuple[Document, ...])


@lru_cache(maxsize=16)
def _kept(key: str, text: str) -> Context:
    """Surroundings as they were kept; those that are asked for again are not read again."""
    return Context(key, _DOCUMENTS.decode(text))
