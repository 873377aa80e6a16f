"""What sells what a list does not have: another list of the same currency, which may fall back in its turn."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import select

from portal.audit import record
from portal.catalogue.models import PriceList
from portal.catalogue.models.lists import MOST_RUNGS
from portal.core.db import db
from portal.core.errors import Invalid
from portal.core.words import N_, Line, say
from portal.tenants.actions import raise_stamp

FIELD = "falls_back"


def fall_back(price_list: PriceList, to: PriceList | None) -> None:
    """What the list does not have is sold by this one from now on; by none: it is not sold.  Raises Invalid (`falls_back`).

    It is the list's, as its name is: all its versions fall back alike.  All lists are locked, so that of two who change
    what falls back to what the second sees what the first did.
    """
    db.session.flush()
    below = dict(
        db.session.execute(select(PriceList.id, PriceList.falls_back_id).order_by(PriceList.id).with_for_update()).all()
    )
    before = price_list.falls_back
    if to is before:
        return
    if to is not None and (objection := _objection(price_list, to, below)):
        raise Invalid(objection, field=FIELD)
    price_list.falls_back = to
    price_list.falls_back_height = None if to is None else len(_chain(to.id, below)) - 1
    db.session.flush()
    raise_stamp()
    record("price_list.changed", price_list, before={"falls_back": before}, after={"falls_back": to})


def _objection(price_list: PriceList, to: PriceList, below: Mapping[UUID, UUID | None]) -> Line | None:
    named = {"name": to.name, "own": price_list.name, "currency": price_list.currency, "most": str(MOST_RUNGS)}
    chain = _chain(to.id, below)
    if to.id == price_list.id:
        return say(N_("Choose another list: none falls back to itself."))
    if to.archived_at is not None:
        return say(N_("Choose another list: %(name)s is archived."), **named)
    if to.currency != price_list.currency:
        return say(N_("Choose a list in %(currency)s: %(name)s is in another currency."), **named)
    if price_list.id in chain:
        return say(N_("Choose another list: %(name)s falls back to %(own)s itself."), **named)
    above = max(chain.index(price_list.id) for chain in (_chain(one, below) for one in below) if price_list.id in chain)
    if above + 1 + len(chain) > MOST_RUNGS:
        return say(N_("Choose another list: with %(name)s more than %(most)s lists would stand in a row."), **named)
    return None


def _chain(first: UUID, below: Mapping[UUID, UUID | None]) -> list[UUID]:
    """The list, and those it falls back to."""
    chain, at = [first], below[first]
    while at is not None:
        chain.append(at)
        at = below[at]
    return chain
