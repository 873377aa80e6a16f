"""What is typed to make a tenant reseller, to change one, and to close or open one."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, BinaryIO, cast

from flask import current_app, request
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from werkzeug.datastructures import FileStorage
from wtforms import HiddenField, ValidationError

from portal.accounts import queries as accounts
from portal.accounts.models import Account
from portal.branding.logos import MOST_BYTES, read_logo
from portal.catalogue.models import PriceList
from portal.core import regions
from portal.core.clock import today
from portal.core.dates import FORMATS, day
from portal.core.errors import Invalid
from portal.core.files import Store
from portal.core.forms import Choice, Email, Form, LongText, Secret, Text, Tick, Versioned
from portal.core.here import here
from portal.core.seal import Unreadable, seal, unseal
from portal.core.words import N_, say
from portal.onboarding import names, queries
from portal.onboarding.actions import Administrator, Changes, Terms
from portal.onboarding.models import Mood
from portal.onboarding.steps import ONBOARDING
from portal.tenants import hosts
from portal.tenants.models import Organization, Tenant
from portal.users.actions import check_username
from portal.users.passwords import check_password_rules, hash_password

INVITATION, TYPED = "invitation", "password"
_KEPT = "onboarding.kept"


def _may_be_had(form: Form, field: Any) -> None:
    """A name that a storefront may have, and that nobody has.  In the end the key of the table decides."""
    name = (field.data or "").lower()
    try:
        hosts.check(name)
    except Invalid as invalid:
        raise ValidationError(str(invalid.line)) from invalid
    if not hosts.is_free(name, to=getattr(form, "tenant_id", None)):
        raise ValidationError(str(hosts.taken(name)))


def _is_username(_: Form, field: Any) -> None:
    try:
        check_username(field.data or "")
    except Invalid as invalid:
        raise ValidationError(str(invalid.line)) from invalid


class Kept:
    """What a page cannot give back to a browser in the open, sealed for this form: a password's hash, a file's name."""

    def __init__(self, form: CreateForm, account: Account) -> None:
        self._form, self._about = form, account.key

    @property
    def facts(self) -> dict[str, str]:
        try:
            facts = json.loads(unseal(self._form.kept.data or "", purpose=_KEPT))
        except (Unreadable, ValueError):
            return {}
        return facts if facts.get("account") == self._about else {}

    def keep(self, **facts: str) -> None:
        self._form.kept.data = seal(json.dumps({**self.facts, **facts, "account": self._about}), purpose=_KEPT)


class RecordForm(Form):
    """What is chosen when a tenant reseller is made, and may change all its life."""

    price_list = Choice(_l("Price List"))
    language = Choice(_l("Language"))
    time_zone = Choice(_l("Time Zone"))
    date_format = Choice(_l("Date Format"))
    edition = Choice(_l("Edition"))
    separate_invoices = Tick(_l("Separate Invoices"))
    storefront_address = Text(_l("Storefront Address"), _may_be_had, longest=63)

    def offer(self, lists: Sequence[PriceList]) -> None:
        """What there is to choose from.  The editions stay loaded: whoever asks for one later costs no query."""
        self._lists, self._editions = lists, queries.all_editions()
        self.price_list.choices = [(row.key, f"{row.name} · {row.currency}") for row in lists]
        self.language.choices = regions.languages()
        self.time_zone.choices = regions.time_zones()
        self.date_format.choices = [(pattern, day(today(), pattern)) for pattern in FORMATS]
        self.edition.choices = [(edition.code, edition.name) for edition in self._editions]

    @property
    def chosen_list(self) -> PriceList | None:
        return next((row for row in self._lists if row.key == self.price_list.data), None)

    def chosen(self, *without: str) -> dict[str, Any]:
        """What was typed, with the list itself and the storefront's name as it is written."""
        facts = self.facts(*without)
        return facts | {"price_list": self.chosen_list, "storefront": facts.pop("storefront_address").lower()}


class CreateForm(RecordForm):
    """Journey 2: everything preset that can be.  `kept` carries what was typed once and is not typed again."""

    kept = HiddenField()
    confirmed = HiddenField(default="")
    currency = Choice(_l("Currency"))
    country = Choice(_l("Country"))
    logo = FileField(_l("Logo"))
    name = Text(_l("Name"))
    email = Email(_l("E-mail"))
    username = Text(_l("Username"), _is_username, longest=60)
    how = Choice(_l("Password"), [(INVITATION, _l("Send an invitation")), (TYPED, _l("Type a password"))])
    password = Secret(_l("Password"), required=False)

    def __init__(self, account: Account) -> None:
        lists = queries.usable_lists(account.currency)
        super().__init__(data=None if request.method == "POST" else self._preset(account, lists))
        self.offer(lists)
        self.kept_facts = Kept(self, account)
        offered = {account.currency, *(row.currency for row in lists)}
        self.currency.choices = [choice for choice in regions.currencies() if choice[0] in offered]
        self.country.choices = regions.countries()

    def _preset(self, account: Account, lists: Sequence[PriceList]) -> dict[str, Any]:
        chosen = next((row for row in lists if row.id == account.price_list_id), None) or next(iter(lists), None)
        contact = accounts.first_contact(account)
        name, email = (contact.name, contact.email or account.email or "") if contact else ("", account.email or "")
        return {
            "price_list": chosen.key if chosen else None,
            "currency": chosen.currency if chosen else account.currency,
            "country": account.country or here.organization.country,
            "language": account.language or here.organization.language,
            "time_zone": account.time_zone or here.organization.time_zone,
            "date_format": here.organization.date_format,
            "edition": "basic",
            "separate_invoices": here.organization.separate_invoices,
            "storefront_address": names.storefront_for(account.name),
            "name": name,
            "email": email,
            "username": names.username_for(name, email),
            "how": INVITATION,
        }

    def accepted(self) -> bool:
        """Also keeps the password's hash and the logo, so that no later page asks for them again."""
        if "back" in request.form:
            return False
        sound = super().accepted()
        for keep in (self._keep_password, self._keep_logo):
            if self.is_submitted():
                try:
                    keep()
                except Invalid as invalid:
                    self.object_to(invalid.line, field=invalid.field)
                    sound = False
        return not self._follows_the_list() and sound

    def _follows_the_list(self) -> bool:
        """Put the list's currency in the place of another: there is no choice to make, only something to see."""
        chosen = self.chosen_list
        if chosen is None or not self.is_submitted() or self.currency.data == chosen.currency:
            return False
        text = N_("Now %(right)s: %(list)s has no prices in %(wrong)s. Save again to take it.")
        line = say(text, right=chosen.currency, list=chosen.name, wrong=self.currency.data)
        self.currency.data, self.currency.errors = chosen.currency, []
        self.object_to(line, field="currency")
        return True

    def _keep_password(self) -> None:
        """Hashed here, before anything is written; the password itself goes no further."""
        if self.how.data != TYPED:
            return
        if self.password.data:
            about = (self.name.data, self.username.data, self.email.data)
            check_password_rules(self.password.data, about=about, field="password")
            self.kept_facts.keep(password_hash=hash_password(self.password.data))
        elif "password_hash" not in self.kept_facts.facts:
            raise Invalid(gettext("Type a password, or choose to send an invitation."), field="password")

    def _keep_logo(self) -> None:
        file = self.logo.data
        if not isinstance(file, FileStorage) or not file.filename:
            return
        read_logo(file.stream.read(MOST_BYTES + 1))
        file.stream.seek(0)
        sha = Store(current_app.config["VITRINE"].instance, here.scope.tenant_id).save(
            cast("BinaryIO", file.stream), most=MOST_BYTES
        )
        self.kept_facts.keep(logo=sha, logo_name=file.filename[-80:])

    def terms(self) -> Terms:
        """What was typed, as the verb takes it."""
        facts, kept = self.chosen("kept", "confirmed", "logo", "how", "password"), self.kept_facts.facts
        administrator = Administrator(
            name=facts.pop("name"),
            email=facts.pop("email"),
            username=facts.pop("username"),
            password_hash=kept.get("password_hash") if self.how.data == TYPED else None,
        )
        return Terms(**facts, administrator=administrator, logo=kept.get("logo"))

    def repeated(self) -> list[tuple[str, str]]:
        """Every field as it was sent, for a page that sends it again.  The password is not among them."""
        silent = {"csrf_token", "once", "kept", "confirmed", "password", "logo"}
        return [(field.name, value) for field in self if field.name not in silent for value in field.raw_data or ()]


class ChangeForm(RecordForm, Versioned):
    """Journey 7: what may change of a living tenant."""

    name = Text(_l("Name"))

    def __init__(self, organization: Organization, tenant: Tenant) -> None:
        lists = queries.lists_for(organization)
        self.tenant_id = tenant.id
        self._standing = _standing(organization, tenant, lists)
        super().__init__(data=self._standing)
        self.offer(lists)

    def wanted(self) -> Changes:
        return Changes(**self.chosen("version"))

    def read_meanwhile(self) -> list[tuple[str, str, str]]:
        """What the record says now where the form says something else."""
        return self.differences(self._standing)


def _standing(organization: Organization, tenant: Tenant, lists: Sequence[PriceList]) -> dict[str, Any]:
    """The record as the form would send it."""
    names_of_fields = ("name", "language", "time_zone", "date_format", "separate_invoices")
    return {name: getattr(organization, name) for name in names_of_fields} | {
        "version": str(organization.version),
        "price_list": next((row.key for row in lists if row.id == organization.price_list_id), None),
        "edition": tenant.edition_code,
        "storefront_address": hosts.name_of(tenant.id),
    }


class ReasonForm(Form):
    """Why a tenant is closed for now, or opened again: its people read it."""

    reason = LongText(_l("Reason"), longest=500, required=True)


class WeatherForm(Form):
    """How the pretend world behaves at one task.  Only the demo has one."""

    task = Choice(_l("Task"))
    mood = Choice(_l("Behaviour"))
    storefront = Text(_l("Only for storefronts with this in their name"), longest=60, required=False)

    def __init__(self) -> None:
        super().__init__()
        self.task.choices = [(step.name, gettext(step.title)) for step in ONBOARDING.steps]
        self.mood.choices = [(str(mood), str(mood.label)) for mood in Mood]

    def words(self) -> dict[str, Any]:
        facts = self.facts()
        return facts | {"mood": Mood(facts["mood"]), "storefront": (facts["storefront"] or "").lower()}
