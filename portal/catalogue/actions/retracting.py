"""Taking back what was said of prices whose costs moved: the amounts that were held before are held again.

What nobody has seen yet is called off; what is in force gives way to another version, because nothing that was published
changes.  What was changed by hand meanwhile stays as it was left.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from portal.audit import record
from portal.catalogue.actions.deciding import Word, write_held
from portal.catalogue.actions.held import decisions_of
from portal.catalogue.actions.lists import begin_draft, call_off, discard_draft, publish, publish_from
from portal.catalogue.inbox.following import held_by
from portal.catalogue.models import CostDecision, Course, PriceList, PriceListVersion, VersionState
from portal.catalogue.prices import terms_of_version
from portal.core.clock import today
from portal.core.db import db
from portal.core.errors import Conflict
from portal.core.words import N_, say

FACTS = ("course", "cost", "price", "decided_at", "version_id")
"""What is kept of a decision."""


@dataclass(frozen=True, slots=True)
class Former:
    """How one plan stood before a word was said: the amounts its list held, and the word that counted until then."""

    word: Word
    held: Mapping[int, Decimal]
    decision: Mapping[str, Any] | None

    @property
    def name(self) -> tuple[UUID, str]:
        return self.word.product, self.word.plan

    def stored(self) -> dict[str, Any]:
        """As plain values, to be kept until it is taken back; `read` reads them."""
        word = self.word
        name = {"owner": word.owner, "product": str(word.product), "plan": word.plan, "title": word.title}
        amounts = {"cost": str(word.cost), "price": str(word.price)}
        return {**name, **amounts, "now": _spelled(word.held), "held": _spelled(self.held), "decision": self.decision}

    @classmethod
    def read(cls, stored: Mapping[str, Any]) -> Former:
        name = (stored["owner"], UUID(stored["product"]), stored["plan"], stored["title"])
        word = Word(*name, Decimal(stored["cost"]), Decimal(stored["price"]), _amounts(stored["now"]))
        return cls(word, _amounts(stored["held"]), stored["decision"])


def _spelled(held: Mapping[int, Decimal]) -> dict[str, str]:
    return {str(first): str(amount) for first, amount in held.items()}


def _amounts(spelled: Mapping[str, str]) -> dict[int, Decimal]:
    return {int(first): Decimal(amount) for first, amount in spelled.items()}


def former(price_list: PriceList, words: Sequence[Word], begins: date | None = None) -> list[Former]:
    """How these stand now, or on the day from which on it is said otherwise: what has to be known to come back to it."""
    coming = next((version for version in price_list.coming if version.valid_from == begins), None)
    ways = terms_of_version(price_list.draft or coming or price_list.current).ways
    said = decisions_of(price_list)
    return [
        Former(one, held_by(ways.get(one.product), one.plan), _kept(said.get((one.product, one.plan)))) for one in words
    ]


def retract(price_list: PriceList, version: PriceListVersion, formers: Sequence[Former]) -> int:
    """Back to how these stood before `version` said otherwise; how many are.  Raises Conflict while others are at work."""
    is_pending = version.state is VersionState.DRAFT or version in price_list.coming
    ways = terms_of_version(version if is_pending else price_list.current).ways
    changed = [one for one in formers if held_by(ways.get(one.word.product), one.word.plan) == one.word.held]
    rewritten = [one for one in changed if one.held != one.word.held]
    names = {one.name for one in changed}
    others = [
        row for name, row in decisions_of(price_list).items() if row.version_id == version.id and name not in names
    ]
    _put_words_back(price_list, changed)
    db.session.flush()
    if rewritten:
        _write_back(price_list, version, [replace(one.word, held=one.held) for one in rewritten], alone=not others)
    for one in changed:
        said = {"price": one.word.price}
        after = {"product": one.word.title, "plan": one.word.plan}
        record("price_list.price_retracted", price_list, before=said, after=after)
    return len(changed)


def _write_back(price_list: PriceList, version: PriceListVersion, words: Sequence[Word], *, alone: bool) -> None:
    if version.state is VersionState.DRAFT:
        write_held(version, words)
        return
    if price_list.draft is not None:
        raise Conflict(say(N_("Publish or discard the draft of %(name)s first."), name=price_list.name))
    if version in price_list.coming:
        begins = version.valid_from
        call_off(price_list, version)
        write_held(version, words)
        db.session.flush()
        if alone and _says_nothing_new(price_list, version):
            discard_draft(price_list)
        else:
            publish_from(price_list, begins)
        return
    if price_list.coming:
        number = price_list.coming[0].number
        raise Conflict(say(N_("Call version %(number)s off first: it begins later."), number=number))
    if not price_list.all_published:
        raise Conflict(N_("Nothing of this list is published."))
    write_held(begin_draft(price_list), words)
    db.session.flush()
    publish(price_list)


def _says_nothing_new(price_list: PriceList, version: PriceListVersion) -> bool:
    """Whether nobody changed anything else for that day."""
    standing = price_list.in_force_on(today())
    return standing is not None and terms_of_version(version).says_the_same_as(terms_of_version(standing))


def _kept(row: CostDecision | None) -> dict[str, Any] | None:
    return {name: str(getattr(row, name)) for name in FACTS} if row else None


def _put_words_back(price_list: PriceList, formers: Sequence[Former]) -> None:
    """The words that counted before count again; one of a draft that is gone meanwhile, and none, is none."""
    standing = decisions_of(price_list)
    known = {version.id for version in price_list.versions}
    for one in formers:
        row = standing.get(one.name)
        if row is None:
            continue
        said = one.decision
        if said is None or UUID(said["version_id"]) not in known:
            db.session.delete(row)
            continue
        row.course, row.version_id = Course(said["course"]), UUID(said["version_id"])
        row.cost, row.price = Decimal(said["cost"]), Decimal(said["price"])
        row.decided_at = datetime.fromisoformat(said["decided_at"])
