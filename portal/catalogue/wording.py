"""Rules, prices and margins in words, for the office's pages."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from flask_babel import format_decimal, format_percent, gettext, ngettext

from portal.catalogue.models import PriceListVersion, Promotion, Rounding, Rule, VersionState
from portal.catalogue.prices import LACKS, Lack, Offered, PlanOffer, Price, Terms, Tier, Way, coin, rounded
from portal.core import dates
from portal.core.clock import today
from portal.core.here import here
from portal.core.money import Money

SPACE, MINUS = "\u00a0", "\u2212"


def rule_of(said: PriceListVersion | Terms | Way | Price, *, basis: str = "", currency: str = "") -> str:
    """The rule: "Cost + 5 %"; with what it starts from, "Cost $8.40 + 5 %".  A way does not know its currency."""
    if said.rule is None:
        return str(gettext("Fixed price"))
    if said.rule is Rule.ON_REQUEST:
        return str(gettext("Price on request"))
    cost = gettext("Unit price") if here.is_root else gettext("Cost")
    word = cost if said.rule.needs_cost else gettext("Recommended price")
    start = f"{word} {basis}" if basis else word
    return _by_percent(said.rule, said.percent, start) + _added(said, _currency_of(said) or currency)


def _by_percent(rule: Rule, percent: Decimal, start: str) -> str:
    said = percent_of(percent) if percent else ""
    if rule is Rule.MARGIN:
        return str(gettext("%(cost)s and a margin of %(percent)s", cost=start, percent=said or percent_of(Decimal(0))))
    sign = "+" if rule is Rule.COST else MINUS
    return f"{start} {sign}{SPACE}{said}" if said else start


def percent_of(percent: Decimal) -> str:
    """12.5 % as it is written here."""
    return f"{format_decimal(percent)}{SPACE}%"


def _added(said: PriceListVersion | Terms | Way | Price, currency: str) -> str:
    """What is added after the percentage: " + $0.50", " − $1.00"."""
    way = said.way if isinstance(said, Terms | Price) else said
    if way is None or not way.amount:
        return ""
    size = abs(way.amount)
    return f" {MINUS if way.amount < 0 else '+'}{SPACE}{dates.money(Money(size, currency)) if currency else format_decimal(size)}"


def _currency_of(said: PriceListVersion | Terms | Way | Price) -> str:
    match said:
        case PriceListVersion():
            return said.price_list.currency
        case Terms():
            return said.currency
        case Price():
            return said.money.currency
    return ""


def terms_in_words(version: PriceListVersion) -> str:
    """All that a version says of a price: "Cost + 5 %, rounded to 0.05, never under cost + 3 %"."""
    more = (_costs_of(version), rounding_of(version.rounding, version.price_list.currency), floor_of(version.floor))
    return ", ".join([rule_of(version), *filter(None, more)])


def _costs_of(version: PriceListVersion) -> str:
    """In which other currency its costs are taken, and with what surcharge."""
    if not version.costs_in:
        return ""
    if not version.surcharge:
        return str(gettext("from costs in %(currency)s", currency=version.costs_in))
    words = {"currency": version.costs_in, "percent": percent_of(version.surcharge)}
    return str(gettext("from costs in %(currency)s + %(percent)s", **words))


def span_of(version: PriceListVersion) -> str:
    """When it counts, or counted: "in force until 30 Nov 2026", "begins on 1 Dec 2026"; nothing of a draft."""
    if version.state is VersionState.DRAFT:
        return ""
    last = _last_day(version)
    if version.state is VersionState.PAST or (last is not None and last < today()):
        if last is not None and last < version.valid_from:
            return str(gettext("never in force"))
        return str(gettext("was in force until %(day)s", day=dates.day(last)))
    if version.valid_from > today():
        return str(gettext("begins on %(day)s", day=dates.day(version.valid_from)))
    if last is None:
        return str(gettext("in force, no end"))
    return str(gettext("in force until %(day)s", day=dates.day(last)))


def _last_day(version: PriceListVersion) -> date | None:
    """The last day it counts or counted: its own, or that before a newer one begins; None when nothing ends it."""
    if version.state is VersionState.PAST:
        return version.ended_on
    newer = [one for one in version.price_list.all_published if one.number > version.number and not one.valid_until]
    ends = [one.valid_from - timedelta(days=1) for one in newer]
    return min([*ends, *([version.valid_until] if version.valid_until else [])], default=None)


def promotion_of(said: Offered | Promotion, currency: str) -> str:
    """What is taken off, how long, for whom: "20 % off for the first 3 billing cycles, new customers only"."""
    off = percent_of(said.percent) if said.percent else dates.money(Money(said.amount, currency))
    text = ngettext(
        "%(off)s off for the first billing cycle",
        "%(off)s off for the first %(num)s billing cycles",
        said.cycles,
        off=off,
    )
    return f"{text}, {gettext('new customers only')}" if said.newcomers else str(text)


def rounding_of(rounding: Rounding | None, currency: str) -> str:
    """How a price is rounded; nothing where that goes without saying."""
    match rounding:
        case Rounding.FIVE | Rounding.TEN:
            step = coin(currency) * (5 if rounding is Rounding.FIVE else 10)
            return str(gettext("rounded to %(step)s", step=_figure(step, currency)))
        case Rounding.NINETY_NINE:
            return str(gettext("ending in %(digits)s", digits=_ending(currency)))
        case Rounding.EXACT:
            return str(gettext("not rounded"))
    return ""


def floor_of(floor: Decimal | None) -> str:
    """Under what no price goes."""
    if floor is None:
        return ""
    if not floor:
        return str(gettext("never under cost"))
    return str(gettext("never under cost + %(percent)s", percent=percent_of(floor)))


SAMPLE = Decimal("1236.72")
"""An amount, in smallest coins, that every rounding makes something else of."""


def rounding_choices(currency: str) -> list[tuple[str, str]]:
    """Each rounding with what it makes of one amount."""
    sample = SAMPLE * coin(currency)
    names = {
        Rounding.COIN: gettext("To the smallest coin"),
        Rounding.FIVE: gettext("To five of them"),
        Rounding.TEN: gettext("To ten of them"),
        Rounding.NINETY_NINE: gettext("To an ending in %(digits)s", digits=_ending(currency)),
        Rounding.EXACT: gettext("Not at all, up to four digits"),
    }
    shown = {one: _figure(rounded(sample, currency, one), currency, finest=one is Rounding.EXACT) for one in names}
    before = _figure(sample, currency, finest=True)
    text = "%(rounding)s (%(before)s → %(after)s)"
    return [
        (one.value, text % {"rounding": word, "before": before, "after": shown[one]}) for one, word in names.items()
    ]


def _ending(currency: str) -> str:
    return _figure(coin(currency) * 99, currency).lstrip("0")


def _figure(amount: Decimal, currency: str, *, finest: bool = False) -> str:
    """An amount without its currency, with the digits it has."""
    places = 4 if finest else max(0, -int(coin(currency).as_tuple().exponent))
    pattern = "#,##0" + ("." + ("#" if finest else "0") * places if places else "")
    return str(format_decimal(amount, pattern))


def why(price: Price) -> str:
    """How a price came to be, from the viewer's own cost on: what stands above that is nobody's below."""
    if price.terms is None:
        return str(gettext("As the price sheet says"))
    rule = rule_of(price, basis=dates.money(price.basis))
    named = {"rule": rule, "list": price.terms.name, "number": price.terms.number}
    if price.is_own:
        return str(gettext("%(rule)s, an exception for this product in %(list)s, version %(number)s", **named))
    return str(gettext("%(rule)s, by %(list)s, version %(number)s", **named))


def lack_of(lack: Lack, terms: Terms) -> str:
    """Why something has no price by this list: "Not priced in EUR"."""
    currency = terms.buys_in if lack is Lack.NO_COST else terms.currency
    return str(gettext(LACKS[lack], currency=currency, base=terms.buys_in))


def margin_of(plan: PlanOffer) -> str:
    """What is left of the price after the cost, in per cent of the price."""
    price = plan.sell
    if price is None or not price.amount or price.currency != plan.cost.currency:
        return "–"
    return str(format_percent((price.amount - plan.cost.amount) / price.amount, "#,##0.0\u00a0%"))


def left_of(plan: PlanOffer) -> Money | None:
    """What is left of the price after the cost."""
    price = plan.sell
    return price - plan.cost if price is not None and price.currency == plan.cost.currency else None


def way_of(way: Way, plans: int, currency: str = "") -> str:
    """An exception in words: "Cost + 20 %", "Fixed for 1 of 4 plans"."""
    said = []
    if way.is_fixed:
        fixed = min(len(way.amounts), plans)
        said.append(str(ngettext("Fixed price", "Fixed price for %(fixed)s of %(num)s plans", plans, fixed=fixed)))
    if way.requests:
        asked = min(len(way.requests), plans)
        said.append(str(ngettext("On request", "On request for %(asked)s of %(num)s plans", plans, asked=asked)))
    if way.rule:
        said.append(rule_of(way, currency=currency))
    return ", ".join(said) or str(gettext("As the list"))


def tiers_of(way: Way, currency: str = "") -> str:
    """Its volume tiers in words: "from 10: 12 %, from 50: 15 %, each for its own units"."""
    if not way.tiers:
        return ""
    said = [
        gettext("from %(units)s: %(price)s", units=dates.number(tier.first), price=_tier_price(tier, currency))
        for tier in way.tiers
    ]
    if way.graduated:
        said.append(gettext("each for its own units"))
    return ", ".join(said)


def _tier_price(tier: Tier, currency: str) -> str:
    if tier.percent is not None:
        return percent_of(tier.percent)
    amounts = sorted(tier.amounts.values())
    return ", ".join(dates.money(Money(one, currency)) if currency else format_decimal(one) for one in amounts)
