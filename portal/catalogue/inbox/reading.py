"""The inbox as the acting house sees it today, beside a day before."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import select

from portal.catalogue import prices
from portal.catalogue.impact import Kind, Move, bought_of, moves_of
from portal.catalogue.inbox.causes import Cause, cause_of
from portal.catalogue.inbox.following import followed, held_by
from portal.catalogue.inbox.lines import Decided, Inbox, Line, Made
from portal.catalogue.models import CostDecision, PriceListVersion, Rule
from portal.catalogue.prices import Selling, Side, Terms, Wish
from portal.catalogue.prices.terms import standing
from portal.catalogue.queries import explained
from portal.catalogue.queries.explained import Heard
from portal.catalogue.queries.own import Source
from portal.core.clock import today
from portal.core.db import db

USUAL, FARTHEST = timedelta(days=90), timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Seen:
    """What was found: by which list, since when, and what that list says today."""

    heard: Heard
    since: date
    inbox: Inbox
    sells: Selling | None = None  # today

    @property
    def currency(self) -> str:
        return self.heard.terms.currency if self.heard.terms else ""


def usual_day() -> date:
    return today() - USUAL


def day_to_compare(text: str) -> date | None:
    """The day to compare with.  Nonsense, and what is not over, is no day: then the usual one is compared with."""
    try:
        wanted = date.fromisoformat(text)
    except ValueError:
        return None
    return max(wanted, today() - FARTHEST) if wanted < today() else None


def look(source_by: Callable[[Terms], Source], asked: date | None) -> Seen:
    """Three statements, and what the tiers above have to be asked.

    Where no day is asked for, and on the usual one nothing was sold yet, today is compared with the first that was.
    """
    since = asked or usual_day()
    then, now = explained.heard("", since), explained.heard("", today())
    sold_then = then.terms
    if asked is None and sold_then is None:
        first = min((one.valid_from for one in then.since), default=since)
        since = first if first < today() else since
        sold_then = standing(then.since, since)
    before, after = (
        _selling(source_by, terms, day) for terms, day in ((sold_then or now.terms, since), (now.terms, today()))
    )
    decided = _decided(now.chosen.id) if now.chosen else {}
    list_id = now.chosen.id if now.chosen else None
    return Seen(now, since, Inbox.of(_lines(before, after, decided, since, list_id)), after)


def _selling(source_by: Callable[[Terms], Source], terms: Terms | None, day: date) -> Selling | None:
    """What the own storefront sells on that day."""
    if terms is None:
        return None
    return prices.selling(source_by(terms), Wish.of(day, terms.market), terms)


def _decided(list_id: UUID) -> Mapping[tuple[UUID, str], Decided]:
    it, version = CostDecision, PriceListVersion
    columns = (
        it.product_id,
        it.plan,
        it.course,
        it.cost,
        it.price,
        it.decided_at,
        version.state,
        version.valid_from,
        version.number,
    )
    rows = db.session.execute(select(*columns).join(it.version).where(it.price_list_id == list_id))
    return {
        (row.product_id, row.plan): Decided(*row[2:5], row.decided_at.date(), row.state, row.valid_from, row.number)
        for row in rows
    }


def _lines(
    before: Selling | None,
    after: Selling | None,
    decided: Mapping[tuple[UUID, str], Decided],
    since: date,
    list_id: UUID | None,
) -> Iterator[Line]:
    for one in moves_of(before, after, watched="cost"):
        said = decided.get((one.good.id, one.plan.word)) if decided else None
        if said is None and one.before.cost == one.after.cost:
            continue  # nearly all of a large range
        move = _beside(one, said)
        began = before is None and move is one  # on that day nothing was bought at all: nothing of it has changed
        if move.kind is not Kind.SAME and not began:
            bought = [(sells, bought_of(sells, one.good, one.plan)) for sells in (before, after)]
            cause = cause_of(*bought)
            yield _line(move, _within(cause, since), after, said, list_id)


def _beside(move: Move, said: Decided | None) -> Move:
    """A held price is compared with the cost it was made for, however long ago that was."""
    if said is None or said.price != move.after.price or said.cost == move.after.cost:
        return move
    return replace(move, before=Side(said.cost, said.price))


def _within(cause: Cause, since: date) -> Cause:
    """What began earlier and counts again, since another ended, began on no day that could be said."""
    return cause if cause.day is None or cause.day > since else Cause(cause.because)


def _line(move: Move, cause: Cause, sells: Selling | None, said: Decided | None, list_id: UUID | None) -> Line:
    """`list_id` is the list that decisions are written into."""
    if sells is None or move.after.price is None:
        return Line(move, cause, Made.ON_REQUEST if move.after.on_request else Made.NOT, {}, {}, decided=said)
    terms, word = sells.by(move.good, move.plan).terms, move.plan.word
    heard, elsewhere = terms.heard(move.good, move.plan), None if terms.list_id == list_id else terms
    if word not in heard.way.amounts:
        made = Made.BY_ADVICE if heard.way.rule is Rule.RECOMMENDED else Made.BY_COST
        return Line(move, cause, made, {}, {}, decided=said, elsewhere=elsewhere)
    held = held_by(terms.ways.get(move.good.id), word)
    changed = move.before.price not in (None, move.after.price)
    answered = changed and (cause.day is None or terms.valid_from >= cause.day)
    if changed and not answered:  # it was held already when the cost moved: that is the margin it had
        move = replace(move, before=Side(move.before.cost, move.after.price))
    following = followed(held, heard, terms.currency, move)
    return Line(move, cause, Made.FIXED, held, following, answered=answered, decided=said, elsewhere=elsewhere)
