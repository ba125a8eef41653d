"""Codes whose text is given, or was issued elsewhere: each is taken, or refused with its reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from engine.codes.formats import DEFAULT, Format
from engine.codes.sealing import Sealed
from engine.language.vocabulary import Fold
from engine.service.book import InForce
from engine.service.codes.batches import find_batch, join_batch
from engine.service.codes.code_rows import ADD, Issue, Owner, new_row
from engine.service.codes.codes_looked_up import owners_of
from engine.service.codes.coupon_formats import own_format
from engine.service.codes.custom_texts import Custom, Refused, read_custom
from engine.service.codes.generating import serials_of, take_room
from engine.service.codes.specifications import grants_text, learn_specification, taken_from
from engine.service.numbers import pass_number
from engine.service.work import Work
from engine.store.database import Contended


@dataclass(slots=True)
class Taking:
    """Takes given codes in one transaction; `finish` counts those that are new.

    `customer` and `window` are those that all the codes get, which batches that are new remember.
    Texts that are looked up first, many at once, are taken faster.
    """

    work: Work
    customer: str | None = None
    window: str | None = None
    _formats: dict[str, Format | None] = field(default_factory=dict)
    _drawn: Counter[str] = field(default_factory=Counter)
    _new: Counter[tuple[str, str | None]] = field(default_factory=Counter)
    _owners: dict[str, Owner | None] = field(default_factory=dict)
    _batches: dict[str, str | None] = field(default_factory=dict)

    def look_up(self, texts: Iterable[str]) -> None:
        """Find out whose codes some texts are, in all spellings."""
        others = self.work.spellings.others
        spelt = (each.strip() for each in texts)
        keys = (key for each in spelt for key in (Fold.CODE.apply(each), *others(each)))
        self._owners |= owners_of(self.work, keys)

    def take(self, coupon: InForce, text: str, issue: Issue) -> Custom:
        """Issue a code, unless it was issued just so before. Raises `Refused`."""
        own = self._format(coupon)
        custom = read_custom(self.work, own, text)
        self._check_batch(issue)
        owner = self._owner(Fold.CODE.apply(custom.spelling))
        if owner is not None:
            if owner[1:] != (issue.coupon, issue.batch, issue.customer):
                raise Refused(f"`{custom.spelling}` is a code of `{owner.coupon}` already")
            return custom._replace(spelling=owner.spelling, is_new=False)
        self._check_alike(custom.spelling)
        self._add(custom, self._issued_with(coupon, own, custom, issue))
        self._count(own, custom, issue)
        return custom

    def finish(self) -> None:
        """Count the new codes in their batches, and note them."""
        for (coupon, batch), count in sorted(self._new.items(), key=repr):
            issue = Issue(coupon, batch, self.customer, window=self.window)
            join_batch(self.work, issue, count)
        for name, count in sorted(self._drawn.items()):
            take_room(self.work, name, count)

    def _format(self, coupon: InForce) -> Format | None:
        name = coupon.ready.name
        if name not in self._formats:
            self._formats[name] = own_format(self.work, coupon)
        return self._formats[name]

    def _owner(self, code: str) -> Owner | None:
        if code not in self._owners:
            self._owners |= owners_of(self.work, [code])
        return self._owners[code]

    def _check_batch(self, issue: Issue) -> None:
        """Refuse a batch of another coupon."""
        if issue.batch is None:
            return
        if issue.batch not in self._batches:
            batch = find_batch(self.work, issue.batch)
            self._batches[issue.batch] = None if batch is None else batch.coupon
        coupon = self._batches[issue.batch]
        if coupon not in (None, issue.coupon):
            raise Refused(f"the batch `{issue.batch}` is one of `{coupon}`")

    def _check_alike(self, spelling: str) -> None:
        """Refuse a text that people may type for a code that is there in another spelling."""
        for other in self.work.spellings.others(spelling):
            owner = self._owner(other)
            if owner is not None:
                raise Refused(
                    f"`{spelling}` is read as `{other}`, a code of `{owner.coupon}` already"
                )

    def _issued_with(
        self, coupon: InForce, own: Format | None, custom: Custom, issue: Issue
    ) -> Issue:
        """What a code gets: what its coupon grants now, and its own text says.

        Whoever gave its text knows it, and may have chosen it. That is so of an export that comes
        back too: a file can hold anything, and does not say which of its codes were drawn.
        """
        issue = replace(issue, given=True)
        features = None if own is None else own.feature_set
        granted = taken_from(coupon.ready.policy.grants, custom.reading, features)
        grants = grants_text(granted)
        if custom.sealed is None:
            return replace(issue, grants=grants)
        self._learn(custom.sealed, grants)
        return replace(issue, grants=grants, spec=custom.sealed.spec)

    def _learn(self, sealed: Sealed, grants: str) -> None:
        """Let what the store numbers go on after a code that was sealed elsewhere."""
        if not learn_specification(self.work, sealed.spec, grants):
            raise Refused(f"its specification {sealed.spec} is not what its coupon grants")
        pass_number(self.work, serials_of(sealed.spec, sealed.month), sealed.serial + 1)

    def _add(self, custom: Custom, issue: Issue) -> None:
        """Add a row. Raises `Contended` where another transaction has just added it.

        The next attempt finds the code: it is unchanged, or one of another coupon.
        """
        row = new_row(self.work, custom.spelling, issue)
        if not self.work.tx.run(ADD, **row):
            raise Contended
        owner = Owner(custom.spelling, issue.coupon, issue.batch, issue.customer)
        self._owners[str(row["code"])] = owner

    def _count(self, own: Format | None, custom: Custom, issue: Issue) -> None:
        self._new[issue.coupon, issue.batch] += 1
        format_ = own or DEFAULT
        if not format_.random_symbols or format_.sealed is not None:
            return
        if custom.reading or format_.reading(custom.spelling) is not None:
            self._drawn[format_.name] += 1
