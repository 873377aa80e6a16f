"""The watch over what a tenant pays: a process that looks once a day, and writes to his people when something has changed.

It is begun in the tenant's own scope when somebody who may change prices signs in, and goes on until the tenant is closed.
What it saw it remembers as one word, so that nothing is told twice and nothing is copied; a correction of a day that is
over changes that word, too.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import exists, select

from portal.audit.actor import Actor, acting_as
from portal.catalogue import inbox
from portal.catalogue.impact import UNDER, Kind, plans_of
from portal.catalogue.inbox import Seen
from portal.catalogue.inbox.lines import Standing
from portal.catalogue.models import PriceList
from portal.catalogue.prices import Terms
from portal.catalogue.queries.own import Source, own_terms
from portal.catalogue.sheets.schedule import today_here, zone
from portal.core.clock import now
from portal.core.db import db
from portal.core.scope import acting_scope
from portal.core.words import N_, Line, say
from portal.notifications.actions import write
from portal.notifications.notices import notify, people, wants_mail
from portal.notifications.stopping import way_out
from portal.processes import actions as processes
from portal.processes.models import OVER, Process
from portal.processes.plans import Later, Plan, Step
from portal.tenants import own_hosts
from portal.tenants import queries as places
from portal.tenants.models import Door, State, Tenant
from portal.users import entrance
from portal.users.models import Kind as UserKind
from portal.users.models import User

NOTICE, LETTER, PLACE, PERMISSION = "price_changes", "price_digest", "/price-changes", "prices.edit"
ABOUT = "price-watch"
MORNING = time(6)
"""When one looks, where the tenant is."""
WAITS = say(N_("Looks again tomorrow morning"))


def look(process: Process) -> Line | Later:
    """Once a day: has anything changed that the tenant pays?  The first look only remembers."""
    tenant = db.session.get(Tenant, acting_scope().tenant_id)
    if tenant is None or tenant.state is State.CLOSED:
        return say(N_("The tenant is closed: nobody has to be told any more"))
    facts, day = process.facts, today_here()
    seen_on = date.fromisoformat(facts["seen_on"]) if "seen_on" in facts else None
    if seen_on is None or (day > seen_on and _is_morning()):
        seen = inbox.look(_source, _since(seen_on or day))
        word = costs_in_a_word(seen)
        if seen_on is not None and word != facts["seen"] and tenant.state is State.ACTIVE:
            _tell(seen)
        process.note(seen=word, seen_on=day.isoformat())
    return Later(_until_morning(), WAITS)


def _since(seen_on: date) -> date:
    """What changed in the course of the day of the last look counts again: whoever published then was not seen."""
    return seen_on - timedelta(days=1)


def _source(_: Terms) -> Source:
    return own_terms().price_list_id


def costs_in_a_word(seen: Seen) -> str:
    """The same as long as every cost is the same."""
    word = hashlib.sha256()
    for (good, plan), bought in sorted(plans_of(seen.sells).items()):
        cost = seen.sells.cost(*bought) if seen.sells else None
        word.update(f"{good} {plan} {cost.amount.normalize() if cost else ''}\n".encode())
    return word.hexdigest()


def _is_morning() -> bool:
    return now().astimezone(zone()).time() >= MORNING


def _until_morning() -> float:
    """Seconds until the next look is due."""
    here = zone()
    day = now().astimezone(here).date()
    mornings = (datetime.combine(day + timedelta(days=further), MORNING, here) for further in (0, 1))
    return next(left for one in mornings if (left := (one - now()).total_seconds()) > 0)


def _tell(seen: Seen) -> None:
    """Tell everybody who may change prices, as each of them chose.  What left no line behind has followed, unseen by all."""
    counts = seen.inbox.counts
    moved = sum(counts[kind.value] for kind in (Kind.UP, Kind.DOWN, Kind.NEW, Kind.GONE))
    if not moved:
        return
    line = say(
        N_("What you pay for %(count)s plan has changed"),
        N_("What you pay for %(count)s plans has changed"),
        count=moved,
    )
    notify(NOTICE, line, place=PLACE, permission=PERMISSION)
    home = own_hosts.home(Door.OFFICE)
    values = _values(counts) | {"organization": places.organization().name}
    for reader in people().who_may(PERMISSION):
        if wants_mail(reader.id, NOTICE):
            to, stop = (reader.name, reader.email), {"way_out": way_out(reader.id, NOTICE)}
            write(LETTER, to=to, language=reader.language, values=values | stop, link=f"{home}{PLACE}")


def _values(counts: Counter[str]) -> dict[str, Any]:
    shown = {"dearer": Kind.UP, "cheaper": Kind.DOWN, "fresh": Kind.NEW, "gone": Kind.GONE}
    return {
        **{name: counts[kind.value] for name, kind in shown.items()},
        "waiting": counts[Standing.OPEN.value],
        "under": counts[UNDER],
    }


# The names of plans and steps are for ever: rows carry them.
WATCH = Plan("price.watch", (Step("look", N_("Look at what the products cost"), look, usual=0.5),), quiet=True)


def watch() -> Process:
    """Begin to look after the acting tenant's costs; once begun it goes on."""
    with acting_as(Actor()):  # it is nobody's: whoever came in has asked for nothing
        return processes.start(WATCH, name=say(N_("The daily look at your costs")), about=ABOUT, facts={})


def _watch_for(user: User) -> None:
    """Somebody who may change prices has come: from now on he is told.  One statement, where that was begun before."""
    if not acting_scope().above or user.kind is not UserKind.STAFF or not user.role.may(PERMISSION):
        return
    living = exists(select(Process.id).where(Process.about == ABOUT, Process.state.not_in(OVER)))
    unwatched = select(PriceList.id).where(PriceList.for_storefront.is_(True), ~living)
    if db.session.scalar(unwatched) is not None:
        watch()


entrance.WITNESSES.append(_watch_for)
