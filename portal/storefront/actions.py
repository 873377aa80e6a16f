"""What is done with a storefront: laid out, opened, closed to strangers, described, written, asked at."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import delete, select, update

from portal.audit import changes, facts, record
from portal.core.clock import now
from portal.core.db import db
from portal.storefront import letters, markdown
from portal.storefront.models import LIFECYCLE, Enquiry, Page, State, Storefront, Topic, Visibility
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
    """Put these words on the page, or on a new one; without words there is no page."""
    raise_stamp()
    if page is None:
        _begin_page(Page(slug=topic, language=language, title=title, text=text, ready=_is_whole(text)))
    elif text:
        _change_page(page, title=title, text=text)
    else:
        record("page.removed", page)
        db.session.delete(page)


def _begin_page(page: Page) -> None:
    db.session.add(page)
    record("page.added", page, after=facts(page))


def _change_page(page: Page, *, title: str, text: str) -> None:
    page.title, page.text, page.ready, page.updated_at = title, text, _is_whole(text), now()
    before, after = changes(page)
    record("page.changed", page, before=before, after=after)


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
