"""One plan whose cost moved: why, what that did to its margin, and what becomes of its price.

A price made from its cost by a rule has followed already.  A fixed price is held: it waits for a word, which counts until
the cost moves again.  Once its list is changed by hand afterwards, that was the word.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from portal.catalogue.impact import UNDER, Kind, Move
from portal.catalogue.inbox.causes import Cause
from portal.catalogue.inbox.following import FIRST
from portal.catalogue.models import Course, VersionState
from portal.catalogue.prices import Terms
from portal.core.clock import today
from portal.core.finding import folded
from portal.core.words import N_


class Standing(StrEnum):
    """What became of a price."""

    OPEN = "open"
    FOLLOWED = "followed"
    KEPT = "overridden"
    SCHEDULED = "scheduled"
    DRAFTED = "drafted"


# standing -> (mood, word)
STANDINGS = {
    Standing.OPEN: ("warn", N_("To decide")),
    Standing.FOLLOWED: ("good", N_("Followed")),
    Standing.KEPT: ("plain", N_("Overridden")),
    Standing.SCHEDULED: ("busy", N_("Scheduled")),
    Standing.DRAFTED: ("plain", N_("In the draft")),
}


class Made(StrEnum):
    """How the price comes about: whether it follows its cost by itself, or is held."""

    BY_COST = "cost"
    BY_ADVICE = "advice"
    FIXED = "fixed"
    ON_REQUEST = "on_request"
    NOT = "not"


MAKINGS = {
    Made.BY_COST: N_("Follows the cost by its rule"),
    Made.BY_ADVICE: N_("Follows the recommended price"),
    Made.FIXED: N_("Held: a fixed price"),
    Made.ON_REQUEST: N_("On request"),
    Made.NOT: N_("Has no price"),
}


@dataclass(frozen=True, slots=True)
class Decided:
    """The last word on a price, and where it stands now."""

    course: Course
    cost: Decimal
    price: Decimal
    on: date
    state: VersionState  # of the version that says it
    begins: date
    number: int  # of that version

    @property
    def explained_on(self) -> date:
        """The day on which it is a price: when its version begins, or today."""
        return max(self.begins, today())

    @property
    def is_coming(self) -> bool:
        return self.state is VersionState.PUBLISHED and self.begins > today()


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """A plan whose cost moved.  `held` are its fixed amounts by their first unit, `following` what they come to."""

    move: Move
    cause: Cause
    made: Made
    held: Mapping[int, Decimal]
    following: Mapping[int, Decimal]
    answered: bool = False  # its list was changed after its cost
    decided: Decided | None = None
    elsewhere: Terms | None = None  # another list than the storefront's, which falls back to it, prices the plan

    @property
    def name(self) -> tuple[UUID, str]:
        return self.move.good.id, self.move.plan.word

    @property
    def address(self) -> str:
        """The line, and what was seen of it: whoever decides about it decides about that."""
        return "~".join((self.move.good.key, self.move.plan.word, *map(_spelled, (self.cost, self.price))))

    @property
    def cost(self) -> Decimal | None:
        return self.move.after.cost

    @property
    def price(self) -> Decimal | None:
        return self.move.after.price

    @property
    def follows_at(self) -> Decimal | None:
        """What it would be sold at if it kept its margin."""
        return self.following.get(FIRST)

    @property
    def word(self) -> Decided | None:
        """What was decided, as long as the cost is the one that was decided about."""
        return self.decided if self.decided is not None and self.decided.cost == self.cost else None

    @property
    def standing(self) -> Standing:
        said = self.word
        if said is not None and said.state is VersionState.DRAFT:
            return Standing.DRAFTED
        if said is not None and said.is_coming:
            return Standing.SCHEDULED
        if said is not None and said.price == self.price:
            return Standing.FOLLOWED if said.course is Course.FOLLOW else Standing.KEPT
        return Standing.OPEN if self.made is Made.FIXED and not self.answered else Standing.FOLLOWED

    @property
    def can_follow(self) -> bool:
        return self.elsewhere is None and self.follows_at is not None and self.follows_at != self.price

    @property
    def can_be_kept(self) -> bool:
        return self.elsewhere is None and self.price is not None and self.standing is not Standing.KEPT


def _spelled(amount: Decimal | None) -> str:
    return "" if amount is None else format(amount.normalize(), "f")


@dataclass(slots=True, eq=False)
class Inbox:
    """All lines of a while, those of one cause together."""

    lines: Sequence[Line]
    counts: Counter[str] = field(default_factory=Counter)

    @classmethod
    def of(cls, lines: Iterable[Line]) -> Inbox:
        found = sorted(lines, key=lambda one: one.cause.place)
        counts: Counter[str] = Counter(one.standing.value for one in found)
        counts.update(one.move.kind.value for one in found)
        counts[UNDER] = sum(one.move.after.is_under for one in found)
        counts["turns"] = sum(one.move.turns_under for one in found)
        return cls(found, counts)

    def shown(self, *, kind: str = "", standing: str = "", search: str = "") -> list[Line]:
        words = folded(search).split()
        return [one for one in self.lines if _is_wanted(one, kind, standing, words)]


def _is_wanted(one: Line, kind: str, standing: str, words: Sequence[str]) -> bool:
    if standing and one.standing != standing:
        return False
    if kind and not (one.move.after.is_under if kind == UNDER else one.move.kind == Kind(kind)):
        return False
    return all(f" {word}" in one.move.good.found_by for word in words)
