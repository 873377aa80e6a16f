"""What the storefront's own pages show at the shop's door."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response, g, request
from flask.typing import ResponseReturnValue

from portal.core import markdown
from portal.core.errors import NotFound
from portal.core.here import here
from portal.core.languages import LANGUAGES, chosen
from portal.core.visits import give_cookie, take_cookie
from portal.core.web import face, open_to_all, render, see, url
from portal.storefront import asking, preview, queries, robots, speaking
from portal.storefront.forms import AskForm, QuoteForm
from portal.storefront.models import NETWORKS, Enquiry, Kind, Topic
from portal.storefront.signposts import Signposts
from portal.users.doorstep import patient

shop_storefront = face("shop_storefront", __name__, door="shop")


@shop_storefront.app_context_processor
def around() -> dict[str, Any]:
    """What the shop's layout shows around every page."""
    return {"languages": speaking.ways, "signposts": Signposts()} if g.get("speaking") else {}


@shop_storefront.get("/preview/<word>")
@open_to_all
def look(word: str) -> ResponseReturnValue:
    """Come in by the link that the house gave away: the browser keeps it, the page says so."""
    if not preview.opens(word, here):
        raise NotFound
    answer = see(f"{request.script_root}/")
    give_cookie(answer, preview.COOKIE, word, lasts=preview.LASTS)
    return answer


@shop_storefront.get("/preview/end")
@open_to_all
def leave() -> ResponseReturnValue:
    """See what visitors see again."""
    answer = see(f"{request.script_root}/")
    take_cookie(answer, preview.COOKIE)
    return answer


@shop_storefront.route("/contact", methods=["GET", "POST"])
@open_to_all
def contact() -> ResponseReturnValue:
    """The way to the owner for anybody, and what happens next."""
    form = AskForm()
    if form.accepted():
        with form.catching(), patient(form):
            asking.ask(form, Enquiry(kind=Kind.CONTACT, language=chosen(), **form.words()))
            return see(url("shop_storefront.contact", sent="yes"))
    words = {"reach": queries.storefront(), "networks": NETWORKS, "sent": "sent" in request.args}
    return render("shop_storefront/contact.html", form=form, **words), form.status


@shop_storefront.route("/quote", methods=["GET", "POST"])
@open_to_all
def quote() -> ResponseReturnValue:
    """A visitor asks for a price of his own, for one plan of one product."""
    slug = request.args.get("product", "")
    if not slug:
        return see(url("shop_catalogue.products"))
    offer = asking.offer_of(slug)
    asked = request.args
    form = QuoteForm(asking.plans_of(offer), wanted=asked.get("plan", ""), quantity=asked.get("quantity", ""))
    if form.accepted():
        with form.catching(), patient(form):
            asking.ask(form, Enquiry(kind=Kind.QUOTE, language=chosen(), **asking.wish(offer, form.words())))
            return see(url("shop_storefront.quote", product=slug, sent="yes"))
    words = {"offer": offer, "sent": "sent" in request.args, "hours": queries.storefront().contact_hours}
    return render("shop_storefront/quote.html", form=form, **words), form.status


@shop_storefront.get("/robots.txt", endpoint="robots")
@open_to_all
def robots_file() -> ResponseReturnValue:
    return Response(robots.rules(), mimetype="text/plain")


@shop_storefront.get("/sitemap.xml")
@open_to_all
def sitemap() -> ResponseReturnValue:
    return Response(robots.site_map(), mimetype="application/xml")


def _page(topic: Topic) -> Callable[[], ResponseReturnValue]:
    """A page the owner wrote: in the reader's language, else in the shop's, else in the one there is."""

    @open_to_all
    def show() -> ResponseReturnValue:
        found = queries.shown_page(topic, (chosen(), here.organization.language, *LANGUAGES))
        return render("shop_storefront/page.html", page=found, text=markdown.shown(found.text))

    return show


for _topic in Topic:
    shop_storefront.add_url_rule(f"/{_topic}", f"{_topic}_page", _page(_topic))
