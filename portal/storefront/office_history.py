"""What a page of the shop said before: the list of its texts, one of them, and bringing it back."""

from __future__ import annotations

from flask import flash, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal.core import markdown
from portal.core.exports import Column, listed
from portal.core.listing import listing
from portal.core.web import needs, render, see, url
from portal.core.words import N_
from portal.storefront import actions, history, queries
from portal.storefront.differences import differences
from portal.storefront.office import pages
from portal.storefront.office_pages import around

NOW = "now"
COLUMNS = (
    Column(N_("Version"), lambda written: written.version.number),
    Column(N_("Title"), lambda written: written.version.title),
    Column(N_("Written by"), lambda written: written.deed.who if written.deed else ""),
    Column(N_("Saved"), lambda written: written.version.written_at),
)


@pages.get("/storefront/pages/<slug>/<language>/history")
@needs("storefront.edit")
def versions(slug: str, language: str) -> ResponseReturnValue:
    topic, language = queries.read_address(slug, language)
    asked = listing(sorts=history.SORTS, default="-number")
    found = history.versions(topic, language, asked)
    return listed(
        "pages/history.html", gettext("History"), COLUMNS, listing=asked, page=found, **around(topic, language)
    )


@pages.get("/storefront/pages/<slug>/<language>/history/<number>")
@needs("storefront.edit")
def version(slug: str, language: str, number: str) -> ResponseReturnValue:
    """Against the text it took the place of, or against what the page says now."""
    topic, language = queries.read_address(slug, language)
    written = history.version(topic, language, number)
    page, row = queries.page_of(topic, language), written.version
    against = NOW if request.args.get("against") == NOW else ""
    before = None if against else history.before(row)
    old, new = (row.text, page.text if page else "") if against else (before.text if before else "", row.text)
    is_now = (page.title, page.text) == (row.title, row.text) if page else not row.text
    return render(
        "pages/version.html",
        written=written,
        against=against,
        is_now=is_now,
        differences=differences(old, new),
        shown=markdown.shown(row.text),
        **around(topic, language),
    )


@pages.post("/storefront/pages/<slug>/<language>/history/<number>/return")
@needs("storefront.edit")
def bring_back(slug: str, language: str, number: str) -> ResponseReturnValue:
    topic, language = queries.read_address(slug, language)
    row = history.version(topic, language, number).version
    actions.bring_back(queries.page_of(topic, language), row)
    flash(gettext("The page says again what it said in version %(number)s.", number=row.number))
    return see(url("pages.versions", slug=topic, language=language))
