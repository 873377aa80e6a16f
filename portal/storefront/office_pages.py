"""The office's pages about the pages of the shop: which are written, and writing one."""

from __future__ import annotations

from flask import flash, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from portal.core import markdown
from portal.core.here import here
from portal.core.languages import LANGUAGES
from portal.core.web import needs, render, see, url
from portal.storefront import actions, history, queries
from portal.storefront.beginnings import beginning
from portal.storefront.forms import PageForm
from portal.storefront.models import LEGAL, TOPICS, Topic
from portal.storefront.office import pages


@pages.get("/storefront/pages")
@needs("storefront.view")
def index() -> ResponseReturnValue:
    return render("pages/list.html", topics=TOPICS, legal=LEGAL, languages=_languages(), written=queries.pages())


@pages.route("/storefront/pages/<slug>/<language>", methods=["GET", "POST"])
@needs("storefront.edit")
def edit(slug: str, language: str) -> ResponseReturnValue:
    topic, language = queries.read_address(slug, language)
    page = queries.page_of(topic, language)
    form, wanted = PageForm(page, topic), request.form.get("do", "")
    if wanted == "begin":
        form.begin_with(beginning(topic, language))
    elif wanted != "preview" and form.accepted():
        if form.is_overtaken:
            place = around(topic, language)
            version = page.version if page else 0
            return render(
                "pages/conflict.html", form=form, version=version, differences=form.read_meanwhile(), **place
            ), 409
        with form.catching():
            actions.write_page(page, topic=topic, language=language, title=form.title.data, text=form.text.data or "")
            flash(_saved(form.text.data or ""))
            return see(url("pages.index"))
    text = form.text.data or ""
    shown = markdown.shown(text) if wanted == "preview" else None
    left = markdown.placeholders(text)
    return render(
        "pages/form.html",
        form=form,
        shown=shown,
        left=left,
        page=page,
        former=history.count(topic, language),
        **around(topic, language),
    ), form.status


def around(topic: Topic, language: str) -> dict[str, str]:
    """What every page about one page of the shop says."""
    return {"topic": topic, "language": language, "called": f"{gettext(topic.label)}, {LANGUAGES[language]}"}


def _languages() -> dict[str, str]:
    """Those we speak; the shop's own first."""
    own = here.organization.language
    return dict(sorted(LANGUAGES.items(), key=lambda one: one[0] != own))


def _saved(text: str) -> str:
    if not text:
        return str(gettext("Saved. The page is empty: visitors do not see it."))
    left = len(markdown.placeholders(text))
    if left:
        return str(
            ngettext(
                "Saved, and not shown: %(num)s place in brackets is still to be filled in.",
                "Saved, and not shown: %(num)s places in brackets are still to be filled in.",
                left,
            )
        )
    return str(gettext("Saved. Visitors see it from now on."))
