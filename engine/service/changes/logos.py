"""The logos of partners, kept in the store: the machine that prints them may not have the files."""

from __future__ import annotations

import hashlib

from sqlalchemy import bindparam, delete, select

from engine.catalogue.catalogue import Catalogue
from engine.catalogue.logos import Logo
from engine.service.work import Work
from engine.store.statements import Statement, insertion
from engine.store.tables import LOGOS

_KEPT = Statement(
    select(LOGOS.c.partner, LOGOS.c.media, LOGOS.c.image).where(LOGOS.c.space == bindparam("space"))
)
_ADD = insertion(LOGOS)
_DROP = Statement(
    delete(LOGOS).where(
        LOGOS.c.space == bindparam("space"), LOGOS.c.partner == bindparam("partner")
    )
)


def keep_logos(task: Work, catalogue: Catalogue) -> frozenset[str]:
    """Make the logos in the store those of the files; the partners whose logo has changed.

    One that a partner names stays where the files were read without the folder that holds it.
    """
    kept = {
        partner: Logo(media, bytes(image))
        for partner, media, image in task.tx.rows(_KEPT, space=task.space)
    }
    named = {name for name, each in catalogue.partners.items() if each.logo is not None}
    gone = kept.keys() - named
    new = {name for name, each in catalogue.logos.items() if kept.get(name) != each}
    for partner in sorted(gone | new):
        before, after = kept.get(partner), catalogue.logos.get(partner)
        task.tx.run(_DROP, space=task.space, partner=partner)
        if after is not None:
            image, media = after.image, after.media
            task.tx.run(_ADD, space=task.space, partner=partner, media=media, image=image)
        task.note("logo", partner, _said(before), _said(after))
    return frozenset(gone | new)


def _said(logo: Logo | None) -> object:
    """A logo for the journal, by its digest."""
    if logo is None:
        return None
    return {"media": logo.media, "sha256": hashlib.sha256(logo.image).hexdigest()}
