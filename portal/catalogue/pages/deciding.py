"""What is decided about prices whose costs moved: asked about first, said in the list, and taken back by one press.

Whoever decides decides about what he saw: where cost or price is another by then, the line is left out and said so.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from flask import flash, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from portal.catalogue import actions, prices, queries
from portal.catalogue.actions import Former, Word
from portal.catalogue.buying import source_by
from portal.catalogue.inbox import Seen
from portal.catalogue.inbox.following import FIRST
from portal.catalogue.inbox.lines import Line, Made
from portal.catalogue.models import PriceList, PriceListVersion
from portal.catalogue.office import catalogue
from portal.catalogue.pages.changes import ALL, VERBS, asked_of, chosen, looked_at, word_for
from portal.catalogue.prices import Wish
from portal.catalogue.rule_forms import plan_title
from portal.core.clock import today
from portal.core.dates import day as spelled_day
from portal.core.dates import money
from portal.core.db import db
from portal.core.errors import Conflict, NotFound
from portal.core.forms import Day, Form
from portal.core.web import needs, render, see, url
from portal.core.words import N_, by_count, say
from portal.core.words import Line as Said
from portal.lists.together import own_deed, remember, way_back, with_left

PLACE = "catalogue.price_changes"
MOST = 500
CHANGED = N_("Its cost or its price was changed meanwhile: look at it again.")


class SchedulingForm(Form):
    """From when on prices follow."""

    day = Day(_l("From this day on"))

    def __init__(self) -> None:
        super().__init__(data={"day": today() + timedelta(days=1)})


@dataclass(frozen=True, slots=True)
class Choice:
    """One way to decide: `hinders` says why a line cannot be, `held` the amounts its list is to hold."""

    label: str
    asked: Callable[[int], Said]
    done: Callable[[int], Said]
    hinders: Callable[[Line], str]
    held: Callable[[Line, Seen], Mapping[int, Decimal]]


ELSEWHERE = N_("Another list prices it, which yours falls back to: change it there.")


def _hinders_following(line: Line) -> str:
    if line.price is None:
        return N_("It has no price.")
    if line.elsewhere is not None:
        return ELSEWHERE
    if line.made is not Made.FIXED:
        return N_("It follows its list’s rule by itself.")
    if line.follows_at is None:
        return N_("It had no margin that could be kept: set its price in the list.")
    return "" if line.can_follow else N_("It is so already.")


def _hinders_keeping(line: Line) -> str:
    if line.price is None:
        return N_("It has no price.")
    if line.elsewhere is not None:
        return ELSEWHERE
    return "" if line.can_be_kept else N_("It is so already.")


def _held_as_sold(line: Line, seen: Seen) -> Mapping[int, Decimal]:
    """What is held already; else what it is sold at today, from each number of units on that has a price of its own."""
    terms = seen.heard.terms
    if line.held or terms is None:
        return line.held
    sells = prices.selling(source_by(terms), Wish.about(line.move.good.id, today(), terms.market), terms)
    return {first: price.amount for first, price in sells.tiers(line.move.good, line.move.plan)} if sells else {}


def _choices() -> dict[str, Choice]:
    labels = {word: gettext(label) for word, label in VERBS.items()}
    following = (_ask_to_follow, _told_to_follow, _hinders_following, lambda line, _: line.following)
    return {
        "follow": Choice(labels["follow"], *following),
        "schedule": Choice(labels["schedule"], *following),
        "keep": Choice(
            labels["keep"],
            by_count(N_("Keep %(count)s price?"), N_("Keep %(count)s prices?")),
            by_count(N_("%(count)s price stays as it is."), N_("%(count)s prices stay as they are.")),
            _hinders_keeping,
            _held_as_sold,
        ),
    }


def _ask_to_follow(count: int) -> Said:
    return say(N_("Let %(count)s price follow its cost?"), N_("Let %(count)s prices follow their costs?"), count=count)


def _told_to_follow(count: int) -> Said:
    return say(N_("%(count)s price follows its cost."), N_("%(count)s prices follow their costs."), count=count)


@catalogue.post("/price-changes/decisions")
@needs("prices.edit")
def price_decisions() -> ResponseReturnValue:
    """The question about what was chosen; or, once that is confirmed, the decision."""
    back, (sent, rows) = way_back(PLACE), _sent()
    word = sent.removesuffix(ALL)
    if not sent or not (rows or sent.endswith(ALL)):
        flash(gettext("Choose rows and what to do with them."))
        return see(back)
    choice = _choices().get(word)
    if choice is None:
        raise NotFound
    form = SchedulingForm() if word == "schedule" else Form()
    is_meant = "confirmed" in request.form and form.accepted()
    price_list = queries.storefront_list(lock=is_meant)
    seen = looked_at(request.form.get("since", ""))
    if sent.endswith(ALL):
        found = chosen(seen, asked_of(seen, dict(parse_qsl(urlsplit(back).query))))
        if word_for(found) != request.form.get("found"):
            flash(gettext("What was found has changed meanwhile: look at it again."))
            return see(back)
        rows = [line.address for line in found]
    if len(rows) > MOST:
        flash(_too_many(len(rows)))
        return see(back)
    able, left = _sorted_out(seen, rows, choice)
    if is_meant and able:
        with form.catching():
            flash(_decided(price_list, word, form, _words(able, choice, seen), len(left)))  # type: ignore[arg-type] # a toast
            return see(back)
    page = {"form": form, "back": back, "choice": choice, "word": word, "sent": sent, "seen": seen}
    page |= {"rows": [] if sent.endswith(ALL) else rows, "found": request.form.get("found", "")}
    named = [(_title(one), _step(one, word, seen), _why(one)) for one in able]
    return render("catalogue/price_decision.html", **page, able=named, left=left, price_list=price_list), form.status


def _too_many(count: int) -> str:
    text = N_(
        "%(count)s prices were found, and %(most)s can be decided at once. Narrow the list, and decide part by part."
    )
    return str(gettext(text, count=count, most=MOST))


def _sent() -> tuple[str, list[str]]:
    """The verb and the rows: those that were ticked, or the one whose own button was pressed."""
    alone, _, row = request.form.get("alone", "").partition(":")
    rows = [row] if row else list(dict.fromkeys(request.form.getlist("row")))
    return alone or request.form.get("verb", ""), rows


def _sorted_out(seen: Seen, rows: Sequence[str], choice: Choice) -> tuple[list[Line], list[tuple[str, str]]]:
    """What can be decided so, and what is left out with its reason.  What is no line of his is not there."""
    known = {_name_in(line.address): line for line in seen.inbox.lines}
    able: list[Line] = []
    left: list[tuple[str, str]] = []
    for row in rows:
        line = known.get(_name_in(row))
        if line is None:
            raise NotFound
        why = choice.hinders(line) if line.address == row else CHANGED
        if why:
            left.append((_title(line), gettext(why)))
        else:
            able.append(line)
    return able, left


def _name_in(address: str) -> tuple[str, ...]:
    return tuple(address.split("~")[:2])


def _title(line: Line) -> str:
    return f"{line.move.good.name}, {plan_title(line.move.plan)}"


def _why(line: Line) -> str:
    """Where the price of today is explained."""
    return url("catalogue.why_price", key=line.move.good.key, plan=line.move.plan.word)


def _step(line: Line, word: str, seen: Seen) -> str:
    now = money(line.price, seen.currency)
    if word == "keep":
        return str(gettext("Stays at %(price)s", price=now))
    return f"{now} → {money(line.follows_at, seen.currency)}"


def _words(able: Sequence[Line], choice: Choice, seen: Seen) -> list[Word]:
    found = []
    for line in able:
        held = choice.held(line, seen)
        good, price = line.move.good, held.get(FIRST)
        if line.cost is not None and price is not None:
            found.append(Word(good.tenant_id, good.id, line.move.plan.word, good.name, line.cost, price, held))
    return found


def _decided(price_list: PriceList, word: str, form: Any, words: Sequence[Word], left: int) -> dict[str, str]:
    """Say it in the list, and what to do to take it back."""
    begins = form.day.data if word == "schedule" else None
    formers = actions.former(price_list, words, begins)
    if begins is not None:
        version = actions.follow_from(price_list, words, begins)
    else:
        version = (actions.keep if word == "keep" else actions.follow)(price_list, words)
    changed: dict[str, Any] = {str(place): one.stored() for place, one in enumerate(formers)}
    deed = remember(PLACE, word, {"version": version.key, "list": price_list.key, "words": changed})
    db.session.flush()
    return {"text": _told(word, version, len(words), left), "undo": url("catalogue.decisions_undoing", deed=deed.key)}


def _told(word: str, version: PriceListVersion, count: int, left: int) -> str:
    lines = [str(_choices()[word].done(count))]
    if version.price_list.draft is version:
        lines.append(gettext("That stands in the draft: publish it when the rest of it is ready."))
    elif word == "schedule":
        lines.append(gettext("From %(day)s on.", day=spelled_day(version.valid_from)))
    return with_left(" ".join(lines), left)


@catalogue.post("/price-changes/decisions/<deed>/undoing")
@needs("prices.edit")
def decisions_undoing(deed: str) -> ResponseReturnValue:
    found = own_deed(deed, PLACE)
    form = Form()
    if form.accepted():
        with form.catching():
            flash(_taken_back(found.changed))
            db.session.delete(found)
            return see(url(PLACE))
    flash(" ".join(form.form_errors))
    return see(url(PLACE))


def _taken_back(changed: Mapping[str, Any]) -> str:
    formers = [Former.read(one) for one in changed.get("words", {}).values()]
    price_list = queries.storefront_list(lock=True)
    if price_list.key != changed.get("list"):
        return str(gettext("The storefront sells by another list meanwhile."))
    version = next((one for one in price_list.versions if one.key == changed.get("version")), None)
    if version is None:
        raise Conflict(
            N_("That stood in a draft that was discarded, and is gone with it. Decide anew where you see it.")
        )
    count = actions.retract(price_list, version, formers)
    said = say(N_("%(count)s is as before."), N_("%(count)s are as before."), count=count)
    return with_left(said, len(formers) - count)
