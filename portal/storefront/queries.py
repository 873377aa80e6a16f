"""What is known of the acting tenant's storefront, of the pages he writes for it, and of what visitors ask."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import bindparam, func, or_, select
from sqlalchemy.orm import defer

from portal.branding import wardrobe
from portal.core.db import Page as Rows
from portal.core.db import db
from portal.core.errors import NotFound
from portal.core.here import Here
from portal.core.languages import LANGUAGES
from portal.core.listing import Listing, alphabetical
from portal.storefront.models import (
    KINDS,
    STATES,
    Enquiry,
    Kind,
    Page,
    State,
    Storefront,
    Topic,
    Visibility,
)

VISIBILITY, LINK_NUMBER, CONTACT, PAGES = "visibility", "preview_link", "contact", "pages"


def storefront() -> Storefront:
    """The acting tenant's own.  NotFound before it was laid out."""
    found: Storefront | None = db.session.scalar(select(Storefront))
    if found is None:
        raise NotFound
    return found


def visibility(here: Here) -> Visibility:
    """Who may enter the shop somebody arrived at; it was read along with the clothes."""
    return Visibility(here.dress.get(VISIBILITY) or Visibility.PRIVATE)


def read_address(slug: str, language: str) -> tuple[Topic, str]:
    """Which page an address of the office names.  NotFound where there can be none."""
    if slug not in set(Topic) or language not in LANGUAGES:
        raise NotFound
    return Topic(slug), language


def page_of(topic: Topic, language: str) -> Page | None:
    """The page in this language, shown or not."""
    found: Page | None = db.session.scalar(select(Page).where(Page.slug == topic, Page.language == language))
    return found


def pages() -> Mapping[tuple[Topic, str], Page]:
    """Every page there is, without its text."""
    return {(page.slug, page.language): page for page in db.session.scalars(select(Page).options(defer(Page.text)))}


def shown_page(topic: Topic, languages: Sequence[str]) -> Page:
    """The page as a visitor reads it: in the first of these languages it is written in.  NotFound when in none."""
    ready = {page.language: page for page in db.session.scalars(select(Page).where(Page.slug == topic, Page.ready))}
    found = next((ready[language] for language in languages if language in ready), None)
    if found is None:
        raise NotFound
    return found


ENQUIRY_SORTS: dict[str, Any] = {"received": Enquiry.created_at, "name": alphabetical(Enquiry.name)}
ENQUIRY_KINDS = {str(kind): word for kind, word in KINDS.items()}
ENQUIRY_STATES = {str(state): word for state, (_, word) in STATES.items()}


def enquiries(asked: Listing) -> Rows[Enquiry]:
    """One page of what visitors asked."""
    question, chosen = select(Enquiry), asked.filters
    if state := chosen.get("state"):
        question = question.where(Enquiry.state == State(state))
    if kind := chosen.get("kind"):
        question = question.where(Enquiry.kind == Kind(kind))
    if asked.search:
        columns = (Enquiry.name, Enquiry.email, Enquiry.company, Enquiry.product, Enquiry.message)
        question = question.where(or_(*(column.ilike(asked.pattern, escape="\\") for column in columns)))
    return asked.page(question, Enquiry.id)


def waiting() -> Any:
    """How many enquiries wait for an answer, as a part of somebody's statement."""
    return select(func.count(Enquiry.id)).where(Enquiry.state == State.NEW).scalar_subquery()


def _column(column: Any) -> Any:
    """One of its columns, as the wardrobe reads it: beside the clothes of the tenant that it is asked for."""
    return select(column).where(Storefront.tenant_id == bindparam("tenant")).scalar_subquery()


wardrobe.ALONG[VISIBILITY] = lambda: _column(Storefront.visibility)
wardrobe.ALONG[LINK_NUMBER] = lambda: _column(Storefront.link_number)
wardrobe.ALONG[CONTACT] = lambda: _column(Storefront.contact_email)
wardrobe.ALONG[PAGES] = lambda: (
    select(func.jsonb_agg(Page.slug.distinct()))
    .where(Page.tenant_id == bindparam("tenant"), Page.ready)
    .scalar_subquery()
)
