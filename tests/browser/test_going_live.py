"""A reseller who has never seen it: from the invitation in his mailbox to an opened shop, by What's Next alone.

He knows no address but that of the letter's link, and goes on by what stands on the page: in English on a phone, in German
at a desk.  Where a line is done, the page he lands on leads to the next one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect

from portal.accounts.models import Account
from portal.core.db import get
from portal.onboarding import actions as onboarding
from tests.browser.test_journey import DESK, PHONE, served
from tests.notifications.test_letters import parts, sent
from tests.onboarding.conftest import Candidate, halcyon, priced, terms_for
from tests.workers import InProcessWorker

pytestmark = pytest.mark.browser
__all__ = ["halcyon", "priced", "served"]


@dataclass
class Newcomer:
    """Somebody who reads what stands there: finds links, fields and buttons by their words, in his language."""

    page: Page
    german: bool

    def say(self, english: str, german: str) -> str:
        return german if self.german else english

    def next_step(self, english: str, german: str) -> None:
        """Follow this step's link: on What's Next, or where the page he has landed on leads to it."""
        link = self.page.locator("main").get_by_role("link", name=self.say(english, german), exact=True)
        if not link.count():
            self.whats_next()
        link.first.click()
        self.page.wait_for_load_state()

    def whats_next(self) -> None:
        """By the dashboard, which every page's mark leads to."""
        self.page.get_by_role("banner").locator("a.house").or_(self.page.locator("nav.side a.house")).locator(
            "visible=true"
        ).first.click()
        self.page.get_by_role("heading", name=self.say("What’s Next", "Nächste Schritte")).wait_for()
        self.page.locator("main .push[href='/whats-next'], main a[href='/whats-next']").first.click()

    def field(self, english: str, german: str) -> Locator:
        typed = self.page.locator("input:not([type=radio]), textarea")
        return self.page.locator("main").get_by_label(self.say(english, german)).and_(typed).first

    def press(self, english: str, german: str) -> None:
        self.page.locator("main").get_by_role("button", name=self.say(english, german), exact=True).first.click()
        self.page.wait_for_load_state()

    def is_told(self, english: str, german: str, number: int) -> None:
        """That the step is done, and how many of twelve are."""
        done = self.say(f"“{english}” is done: {number} of 12.", f"„{german}“ ist erledigt: {number} von 12.")
        expect(self.page.locator(".step")).to_contain_text(done)


def lead_on(route: Route, port: str) -> None:
    """Addresses name the port of the settings; the test's server has one of its own."""
    address = route.request.url.replace(":8000", f":{port}")
    route.fulfill(content_type="text/html", body=f'<meta http-equiv="refresh" content="0; url={address}">')


@pytest.fixture(params=["english on a phone", "german at a desk"])
def language(request: Any) -> str:
    return "de" if request.param.startswith("german") else "en"


@pytest.fixture
def invitation(language: str, halcyon: Candidate, priced: str, app: Any, mail_folder: Path) -> str:
    """The link in the letter that came when his office was made."""
    spoken = {"language": "de", "country": "DE", "time_zone": "Europe/Berlin"} if language == "de" else {}
    with halcyon.house.office():
        onboarding.begin(get(Account, halcyon.key), terms_for(priced, **spoken))
    InProcessWorker(app).run_all()
    words = [parts(letter)[0] for letter in sent(mail_folder) if "/invitations/" in parts(letter)[0]]
    link = re.search(r"http://\S+/invitations/\S+", words[-1])
    assert link
    return link[0]


@pytest.fixture
def newcomer(browser: Browser, served: str, language: str, invitation: str) -> Iterator[Newcomer]:
    """With the letter's link open in his browser, in a tab that has seen nothing else."""
    size, locale = (DESK, "de-DE") if language == "de" else (PHONE, "en-US")
    context = browser.new_context(viewport=size, locale=locale)
    page = context.new_page()
    page.route("**://*:8000/**", lambda route: lead_on(route, served))
    page.goto(invitation)
    page.wait_for_url(f"**:{served}/**")
    yield Newcomer(page, german=language == "de")
    context.close()


def test_from_the_invitation_to_an_opened_shop(newcomer: Newcomer) -> None:
    comes_in(newcomer)
    says_who_he_is_by_law(newcomer)
    dresses_and_describes_the_shop(newcomer)
    says_who_writes_and_who_helps(newcomer)
    looks_at_it_and_opens_it(newcomer)


def comes_in(he: Newcomer) -> None:
    """Sets his password and signs in with what stands there."""
    he.field("New password", "Neues Passwort").fill("seven copper kettles at dawn")
    he.field("New password again", "Neues Passwort noch einmal").fill("seven copper kettles at dawn")
    he.press("Set the password", "Passwort festlegen")
    he.field("Password", "Passwort").fill("seven copper kettles at dawn")  # the rest stands there
    he.press("Sign in", "Anmelden")


def says_who_he_is_by_law(he: Newcomer) -> None:
    """Company, tax, bank."""
    he.next_step("Write the company’s data", "Unternehmensdaten eintragen")
    he.field("Street and number", "Straße und Hausnummer").fill("Kaistraße 7")
    he.field("Postal code", "Postleitzahl").fill("20457")
    he.field("City", "Ort").fill("Hamburg")
    he.field("E-mail", "E-Mail").fill("office@larkspur.example")
    he.press("Save", "Speichern")
    he.is_told("Company data", "Unternehmensdaten", 1)

    he.next_step("Say what tax you charge", "Steuer angeben")
    he.field("Standard rate", "Regelsatz").fill("19")
    he.press("Save", "Speichern")
    he.is_told("Tax", "Steuer", 2)

    he.next_step("Write your bank details", "Bankverbindung eintragen")
    he.field("Account holder", "Kontoinhaber").fill("Larkspur Cloud")
    he.field("IBAN or account number", "IBAN oder Kontonummer").fill("DE02120300000000202051")
    he.press("Save", "Speichern")
    he.is_told("Payment data", "Zahlungsdaten", 3)


def dresses_and_describes_the_shop(he: Newcomer) -> None:
    """Brand, prices, contact, legal texts."""
    page = he.page
    he.next_step("Choose logo and colours", "Logo und Farben wählen")
    he.field("Brand colour", "Markenfarbe").fill("#0b5f4a")
    he.press("Save draft", "Entwurf speichern")
    he.press("Publish", "Veröffentlichen")
    he.is_told("Brand", "Marke", 4)

    he.whats_next()
    he.press("It is right as it is", "So ist es richtig")  # the prices stay as they are

    he.next_step("Write your contact", "Kontakt eintragen")
    he.field("E-mail", "E-Mail").fill("hello@larkspur.example")
    he.press("Save", "Speichern")
    he.is_told("Contact for customers", "Kontakt für Kunden", 6)

    he.next_step("Write the legal texts", "Rechtstexte schreiben")
    for number in (1, 2, 3):  # below the page about the house
        page.locator("tbody tr").nth(number).get_by_role("link").first.click()
        he.field("Text", "Text").fill("What our lawyer wrote.")
        he.press("Save", "Speichern")
    he.is_told("Legal texts", "Rechtstexte", 7)


def says_who_writes_and_who_helps(he: Newcomer) -> None:
    """Sender of letters, second administrator."""
    he.next_step("Set up the mail sender", "E-Mail-Absender einrichten")
    he.field("Answers go to", "Antworten gehen an").fill("hello@larkspur.example")
    he.press("Save", "Speichern")
    he.is_told("Who your letters come from", "Absender Ihrer E-Mails", 8)

    he.next_step("Invite an administrator", "Administrator einladen")
    he.field("Name", "Name").fill("Kim Winter")
    he.field("E-mail", "E-Mail").fill("kim@larkspur.example")
    he.field("Username", "Benutzername").fill("kim.winter")
    he.press("Invite", "Einladen")
    he.is_told("Second administrator", "Zweite Person mit Administratorrechten", 9)


def looks_at_it_and_opens_it(he: Newcomer) -> None:
    """And a visitor finds it open."""
    page = he.page
    he.next_step("Look at the storefront", "Shop ansehen")
    office = page.url
    he.press("Look at the storefront", "Shop ansehen")
    page.wait_for_url(re.compile(r"larkspur-cloud\.shop\.localhost:(?!8000)"))
    expect(page.locator("main")).not_to_contain_text(he.say("Opens soon", "Öffnet bald"))
    page.goto(office)  # back, as a tab goes back
    he.is_told("Test visit of the shop", "Testbesuch im Shop", 10)

    he.next_step("Open the storefront", "Shop öffnen")
    he.press("Open the storefront", "Shop öffnen")
    he.is_told("Storefront opened", "Shop geöffnet", 11)
    page.context.clear_cookies()
    port = page.url.split(":")[2].partition("/")[0]
    page.goto(f"http://larkspur-cloud.shop.localhost:{port}/products")
    expect(page.locator("main a[href*='/products/']").first).to_be_visible()
