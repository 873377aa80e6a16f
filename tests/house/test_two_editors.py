"""Two people at one record: whoever saves second reads what the first saved beside what he typed, and nothing is lost."""

from __future__ import annotations

import pytest

from tests.browsing import Browser
from tests.house.asking import Visit, map_of
from tests.house.furniture import furnish

# endpoint -> the field both change, to what the first and the second change it, and what else must be filled in
FORMS = {
    "accounts.edit": ("name", "Blue Harbour", "Green Harbour"),
    "accounts.edit_address": ("street", "1 Blue Street", "1 Green Street"),
    "accounts.edit_contact": ("name", "Ada Blue", "Ada Green"),
    "branding.show": ("name", "Blue Brand", "Green Brand"),
    "catalogue.category": ("name", "Blue shelf", "Green shelf"),
    "catalogue.edit_list": ("name", "Blue list", "Green list"),
    "catalogue.edit_product": ("name", "Blue product", "Green product"),
    "catalogue.edit_type": ("name", "Blue type", "Green type"),
    "catalogue.list_rule": ("percent", "11", "12"),
    "catalogue.product_rule": ("floor", "11", "12"),
    "catalogue.product_words": ("name", "Blue words", "Green words"),
    "catalogue.promotion": ("name", "Blue offer", "Green offer"),
    "content.analytics": ("address", "https://blue.example/", "https://green.example/", {"site": "1"}),
    "content.announcement": ("text_en", "Blue days", "Green days"),
    "content.entry": ("label_en", "Blue way", "Green way"),
    "content.section": ("title", "Blue partners", "Green partners"),
    "mail.sender": ("name", "Blue sender", "Green sender"),
    "pages.edit": ("title", "Blue terms", "Green terms"),
    "settings.bank": ("holder", "Blue holder", "Green holder", {"iban": "DE89370400440532013000"}),
    "settings.company": (
        "legal_name",
        "Blue GmbH",
        "Green GmbH",
        {"street": "1 Quay", "city": "Kiel", "email": "a@b.example"},
    ),
    "settings.numbering": ("account", "BLU", "GRN"),
    "settings.region": ("language", "de", "en"),
    "settings.tax": ("name", "Blue tax", "Green tax", {"rate": "19"}),
    "storefront.contact": ("phone", "+49 1 BLUE", "+49 1 GREEN"),
    "tenants.edit": ("name", "Blue Reseller", "Green Reseller"),
    "texts.text": ("subject", "Blue {organization}", "Green {organization}"),
    "users.edit": ("name", "Kim Blue", "Kim Green"),
    "users.profile": ("name", "Me Blue", "Me Green"),
}
SWITCHES = {"users.rules", "support.rules"}
"""One choice and nothing to lose: the page says that it was changed and shows how it stands."""
NEW = {
    "accounts.new",
    "content.new_entry",
    *(f"catalogue.new_{what}" for what in ("category", "list", "product", "promotion", "rule", "type")),
}
"""Of what is not there yet nobody has another version."""
VERSION = 'main form[method="post"] input[type="hidden"][name="version"]'


@pytest.fixture(scope="module")
def furnished(make_furnished):
    return make_furnished("furnished")


@pytest.fixture(scope="module")
def pages(furnished) -> dict[str, str]:
    """Every page of the office with a form that knows what it was made from -> its path."""
    rows, visit = furnish(furnished.north), Visit.of(furnished.north, "office", "administrator")
    found = {}
    for route in map_of(furnished.north.app):
        if route.method == "GET" and route.door == "office":
            given = route.own(rows)
            browser = Browser(visit.client)
            if visit.ask(route, given).mimetype == "text/html":
                browser.open(visit.address(route, given))
                if browser.page.select_one(VERSION):
                    found[route.endpoint] = browser.path
    return found


def test_every_form_of_a_record_is_in_the_table(pages):
    assert set(pages) - SWITCHES - NEW == set(FORMS)


@pytest.mark.parametrize("endpoint", sorted(FORMS))
def test_the_second_reads_both_and_can_still_save_his(furnished, pages, endpoint):
    name, blue, green, *more = FORMS[endpoint]
    needed = more[0] if more else {}
    first, second = (Browser(furnished.north.client()) for _ in range(2))
    for browser in (first, second):
        browser.open(pages[endpoint])
    first.send(**{**needed, name: blue})
    assert first.answer.status_code == 303, first.text
    second.send(**{**needed, name: green})
    assert second.answer.status_code == 409
    shown = str(second.page.find("main"))
    assert blue in shown
    assert green in shown
    second.send()
    assert second.answer.status_code == 303, second.text
    again = Browser(furnished.north.client())
    again.open(pages[endpoint])
    assert again.values()[name] == green
