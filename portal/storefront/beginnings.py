"""Honest words a page of the shop may begin with: what nobody has said of the house yet stands in brackets."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from string import Template

from flask_babel import force_locale, gettext

from portal.core.here import here
from portal.core.languages import country_name
from portal.core.words import N_
from portal.settings.models import Company
from portal.settings.queries import sheet
from portal.storefront.models import Topic
from portal.storefront.queries import storefront

TEXTS = Path(__file__).parent / "texts"
BLANKS = {
    "company": N_("[your company]"),
    "address": N_("[street, postal code, town, country]"),
    "street": N_("[street and number]"),
    "town": N_("[postal code and town]"),
    "country": N_("[country]"),
    "represented": N_("[names of the managing directors]"),
    "register": N_("[register and number]"),
    "vat": N_("[VAT number]"),
    "email": N_("[your e-mail address]"),
    "phone": N_("[your telephone number]"),
}
"""What the texts ask for -> what stands there while nobody has said it."""


def beginning(topic: Topic, language: str) -> str:
    """The words for this page in its own language, with what the acting tenant has said of itself."""
    with force_locale(language):
        known = _known()
        words = {name: known[name] or gettext(blank) for name, blank in BLANKS.items()}
    return Template(_written(topic, language)).substitute(words)


def _known() -> dict[str, str]:
    company, shop = sheet(Company), storefront()
    country = country_name(company.country) if company.country else ""
    town = " ".join(part for part in (company.postal_code, company.city) if part)
    whole = company.street and town and country
    return {
        "company": company.legal_name or here.organization.name,
        "address": f"{company.street}, {town}, {country}" if whole else "",
        "street": company.street or "",
        "town": town,
        "country": country,
        "represented": company.represented_by or "",
        "register": " ".join(part for part in (company.register_court, company.register_number) if part),
        "vat": company.vat_number or "",
        "email": shop.contact_email or company.email or "",
        "phone": shop.contact_phone or company.phone or "",
    }


@lru_cache(maxsize=32)
def _written(topic: Topic, language: str) -> str:
    """A language without texts of its own begins with the English ones."""
    paths = (TEXTS / f"{topic}.{one}.md" for one in (language, "en"))
    return next(path for path in paths if path.is_file()).read_text(encoding="utf-8").strip()
