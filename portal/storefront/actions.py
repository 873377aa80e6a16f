"""What is done with a storefront: laid out, opened, closed to strangers, described, written, asked at."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import delete, select, update

from portal.audit import changes, facts, record
from portal.audit.models import LogRecord
from portal.core import markdown
from portal.core.clock import now
from portal.core.db import db
from portal.core.errors import Conflict
from portal.core.words import N_, say
from portal.storefront import history, letters
from portal.storefront.models import LIFECYCLE, Enquiry, Page, PageVersion, State, Storefront, Topic, Visibility
from portal.tenants.actions import raise_stamp

VERBS = {State.ANSWERED: "enquiry.answered", State.CLOSED: "enquiry.closed", State.NEW: "enquiry.reopened"}


def lay_out() -> Storefront:
    """The acting tenant's storefront, private until somebody opens it.  Laid out before: left as it is."""
    standing: Storefront | None = db.session.scalar(select(Storefront))
    if standing is not None:
        return standing
    storefront = Storefront()
    db.session.add(storefront)
    return storefront


def take_away() -> None:
    """The undo of `lay_out`, for a tenant that never came to life."""
    db.session.execute(delete(Storefront))


def admit(storefront: Storefront, visibility: Visibility) -> None:
    """Say who may enter from now on."""
    if storefront.visibility == visibility:
        return
    before = storefront.visibility
    storefront.visibility = visibility
    if visibility is not Visibility.PRIVATE and storefront.opened_at is None:
        storefront.opened_at = now()
    raise_stamp()
    record("storefront.changed", storefront, before={"visibility": before}, after={"visibility": visibility})


def describe(storefront: Storefront, *, email: str, phone: str, hours: str, networks: Mapping[str, str]) -> None:
    """How visitors reach the tenant: on the shop's foot, its contact page, and where it is not open yet."""
    storefront.contact_email, storefront.contact_phone = email, phone
    storefront.contact_hours, storefront.networks = hours, dict(networks)
    before, after = changes(storefront)
    if after:
        raise_stamp()
        record("storefront.changed", storefront, before=before, after=after)


def look_at(storefront: Storefront) -> None:
    """Somebody of the house pays the shop a visit.  It is no change of what others may be writing meanwhile."""
    db.session.execute(update(Storefront).where(Storefront.id == storefront.id).values(looked_at=now()))


def renew_link(storefront: Storefront) -> None:
    """A new preview link; those given away before open nothing any more."""
    storefront.link_number += 1
    raise_stamp()
    record("storefront.link_renewed", storefront)


def write_page(page: Page | None, *, topic: Topic, language: str, title: str, text: str) -> None:
    """Put these words on the page, or on a new one; without words there is no page.  What it said before is kept."""
    if (page.title, page.text) == (title, text) if page else not text:
        return
    line = _put(page or Page(slug=topic, language=language, ready=False), title=title, text=text, verb="page.changed")
    history.keep(topic, language, title=title, text=text, record=line)
    raise_stamp()


def bring_back(page: Page | None, version: PageVersion) -> None:
    """The page says again what it said then, as a new version.  Raises Conflict when it does."""
    if page is not None and (page.title, page.text) == (version.title, version.text):
        raise Conflict(say(N_("The page says this already.")))
    if not version.text:
        raise Conflict(say(N_("There was no page then: empty its text to have none again.")))
    page = page or Page(slug=version.slug, language=version.language, ready=False)
    line = _put(page, title=version.title, text=version.text, verb="page.brought_back")
    history.keep(version.slug, version.language, title=version.title, text=version.text, record=line)
    raise_stamp()


def _put(page: Page, *, title: str, text: str, verb: str) -> LogRecord:
    """On the page itself; the line that says so."""
    if not text:
        db.session.delete(page)
        return record("page.removed", page)
    is_new = page not in db.session
    page.title, page.text, page.ready, page.updated_at = title, text, _is_whole(text), now()
    before, after = ({}, facts(page)) if is_new else changes(page)
    db.session.add(page)
    return record("page.added" if is_new and verb == "page.changed" else verb, page, before=before, after=after)


def _is_whole(text: str) -> bool:
    """What still has something to be filled in is kept, and shown to nobody."""
    return not markdown.placeholders(text)


def take_down(enquiry: Enquiry) -> None:
    """Keep what a visitor asks, and tell the house."""
    db.session.add(enquiry)
    record("enquiry.received", enquiry, after=facts(enquiry))
    letters.tell_of(enquiry)


def answer(enquiry: Enquiry) -> None:
    """Somebody has written to the visitor."""
    _move(enquiry, State.ANSWERED)
    enquiry.answered_at = now()


def close(enquiry: Enquiry) -> None:
    """Nothing more will be done about it."""
    _move(enquiry, State.CLOSED)


def reopen(enquiry: Enquiry) -> None:
    """It is to be answered after all."""
    _move(enquiry, State.NEW)


def _move(enquiry: Enquiry, state: State) -> None:
    before, enquiry.state = enquiry.state, LIFECYCLE.move(enquiry.state, to=state)
    record(VERBS[state], enquiry, before={"state": before}, after={"state": state})
