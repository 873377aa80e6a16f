"""The pages of accounts."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from flask import flash, g, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal.accounts import actions, queries, together
from portal.accounts.columns import COLUMNS, CONTACT_COLUMNS
from portal.accounts.forms import AccountForm, AddressForm, ContactForm, typed
from portal.accounts.models import Account, Address, Contact
from portal.audit.pages import log_of
from portal.core import regions
from portal.core.db import get
from portal.core.errors import Conflict, NotFound
from portal.core.exports import listed
from portal.core.forms import Form
from portal.core.here import here
from portal.core.languages import country_name, language_name
from portal.core.listing import Listing, listing
from portal.core.web import face, needs, render, see, url
from portal.core.words import N_, say
from portal.users import actions as people
from portal.users import queries as customers
from portal.users.models import User

accounts = face("accounts", __name__)


@accounts.get("/accounts")
@needs("accounts.view")
def index() -> ResponseReturnValue:
    asked = _asked()
    words = {"views": _views(asked), "offered": _offered(), "verbs": _verbs(asked)}
    found = queries.accounts(asked)
    return listed("accounts/list.html", gettext("Accounts"), COLUMNS, listing=asked, page=found, **words)


@accounts.post("/accounts/selection")
@needs("accounts.edit")
def selection() -> ResponseReturnValue:
    return together.selection().answer()


@accounts.post("/accounts/selection/<deed>/undoing")
@needs("accounts.edit")
def undoing(deed: str) -> ResponseReturnValue:
    return together.selection().take_back(deed)


@accounts.route("/accounts/new", methods=["GET", "POST"])
@needs("accounts.edit")
def new() -> ResponseReturnValue:
    form = AccountForm()
    if form.accepted():
        with form.catching():
            account = actions.open_account(**form.terms())
            flash(gettext("%(name)s is opened.", name=account.name))
            return see(url("accounts.show", key=account.key))
    return render("accounts/form.html", form=form, account=None), form.status


@accounts.get("/accounts/<key>")
@needs("accounts.view")
def show(key: str) -> ResponseReturnValue:
    account = get(Account, key)
    return render(
        "accounts/show.html",
        **_framed(account, "overview"),
        contact=queries.first_contact(account),
        others=queries.sub_customers(account),
        country=country_name(account.country),
        language=language_name(account.language),
    )


@accounts.route("/accounts/<key>/edit", methods=["GET", "POST"])
@needs("accounts.edit")
def edit(key: str) -> ResponseReturnValue:
    account = get(Account, key)
    form = AccountForm(account)
    if form.accepted():
        if form.read_version() != account.version:
            differences = form.differences(typed(account))
            return render("accounts/conflict.html", form=form, account=account, differences=differences), 409
        with form.catching():
            actions.change(account, version=form.read_version(), **form.terms())
            flash(gettext("%(name)s is changed.", name=account.name))
            return see(url("accounts.show", key=account.key))
    return render("accounts/form.html", form=form, account=account), form.status


@accounts.post("/accounts/<key>/archival")
@needs("accounts.edit")
def archival(key: str) -> ResponseReturnValue:
    account = get(Account, key, lock=True)
    actions.archive(account)
    undo = url("accounts.restoration", key=account.key)
    flash({"text": gettext("%(name)s is archived.", name=account.name), "undo": undo})  # type: ignore[arg-type]  # a toast may carry its undo
    return see(url("accounts.index"))


@accounts.post("/accounts/<key>/restoration")
@needs("accounts.edit")
def restoration(key: str) -> ResponseReturnValue:
    account = get(Account, key, lock=True)
    actions.restore(account)
    flash(gettext("%(name)s is back.", name=account.name))
    return see(url("accounts.show", key=account.key))


@accounts.get("/accounts/<key>/contacts")
@needs("accounts.view")
def contacts(key: str) -> ResponseReturnValue:
    account = get(Account, key)
    asked = listing(sorts=queries.CONTACT_SORTS, default="created")
    words = {**_framed(account, "contacts"), "countries": dict(regions.countries())}
    found = queries.contacts_of(account, asked)
    return listed("accounts/contacts.html", account.name, CONTACT_COLUMNS, listing=asked, page=found, **words)


@accounts.route("/accounts/<key>/contacts/new", methods=["GET", "POST"])
@needs("accounts.edit")
def new_contact(key: str) -> ResponseReturnValue:
    account, form = get(Account, key), ContactForm()
    return _written(account, form, partial(actions.add_contact, account), gettext("Add a contact"))


@accounts.route("/accounts/<key>/contacts/<contact>/edit", methods=["GET", "POST"])
@needs("accounts.edit")
def edit_contact(key: str, contact: str) -> ResponseReturnValue:
    account, person = get(Account, key), _part(Contact, contact, of=key, lock=request.method == "POST")
    return _written(account, ContactForm.of(person), partial(actions.change_contact, person), part=person)


@accounts.route("/accounts/<key>/contacts/<contact>/removal", methods=["GET", "POST"])
@needs("accounts.edit")
def contact_removal(key: str, contact: str) -> ResponseReturnValue:
    return _removed(get(Account, key), _part(Contact, contact, of=key), actions.remove_contact)


@accounts.get("/accounts/<key>/contacts/<contact>/storefront")
@needs("accounts.view")
def customer(key: str, contact: str) -> ResponseReturnValue:
    account, person = get(Account, key), _part(Contact, contact, of=key)
    return render("accounts/customer.html", account=account, contact=person, user=customers.customer_of(person.id))


@accounts.post("/accounts/<key>/contacts/<contact>/storefront/invitation")
@needs("accounts.edit")
def customer_invitation(key: str, contact: str) -> ResponseReturnValue:
    person = _part(Contact, contact, of=key)
    actions.invite_to_storefront(person)
    flash(gettext("%(name)s is invited. The letter is on its way.", name=person.name))
    return see(url("accounts.customer", key=key, contact=contact))


@accounts.post("/accounts/<key>/contacts/<contact>/storefront/disablement")
@needs("accounts.edit")
def customer_disablement(key: str, contact: str) -> ResponseReturnValue:
    person, user = _part(Contact, contact, of=key), _customer(contact)
    people.disable(user, by=g.person.id)
    undo = url("accounts.customer_enablement", key=key, contact=contact)
    flash({"text": gettext("%(name)s is disabled.", name=person.name), "undo": undo})  # type: ignore[arg-type]  # a toast may carry its undo
    return see(url("accounts.customer", key=key, contact=contact))


@accounts.post("/accounts/<key>/contacts/<contact>/storefront/enablement")
@needs("accounts.edit")
def customer_enablement(key: str, contact: str) -> ResponseReturnValue:
    person, user = _part(Contact, contact, of=key), _customer(contact)
    actions.let_in_again(person, user)
    flash(gettext("%(name)s can sign in again.", name=person.name))
    return see(url("accounts.customer", key=key, contact=contact))


@accounts.route("/accounts/<key>/addresses/new", methods=["GET", "POST"])
@needs("accounts.edit")
def new_address(key: str) -> ResponseReturnValue:
    account = get(Account, key)
    form = AddressForm({"country": account.country})
    return _written(account, form, partial(actions.add_address, account), gettext("Add an address"))


@accounts.route("/accounts/<key>/addresses/<address>/edit", methods=["GET", "POST"])
@needs("accounts.edit")
def edit_address(key: str, address: str) -> ResponseReturnValue:
    account, place = get(Account, key), _part(Address, address, of=key, lock=request.method == "POST")
    return _written(account, AddressForm.of(place), partial(actions.change_address, place), part=place)


@accounts.route("/accounts/<key>/addresses/<address>/removal", methods=["GET", "POST"])
@needs("accounts.edit")
def address_removal(key: str, address: str) -> ResponseReturnValue:
    return _removed(get(Account, key), _part(Address, address, of=key), actions.remove_address)


@accounts.get("/accounts/<key>/log")
@needs("accounts.view")
def log(key: str) -> ResponseReturnValue:
    account = get(Account, key)
    return log_of(account, "accounts/log.html", **_framed(account, "log"))


def _asked() -> Listing:
    return listing(
        request.args, sorts=queries.SORTS, default="name", filters={"kind": queries.KINDS, "state": queries.STATES}
    )


def _offered() -> list[tuple[str, str, list[tuple[str, str]]]]:
    """The filters of the list, in the reader's language."""
    titles = {"kind": gettext("Kind"), "state": gettext("Ordering")}
    choices = {"kind": queries.KINDS, "state": queries.STATES}
    return [(name, titles[name], [(value, gettext(text)) for value, text in choices[name].items()]) for name in titles]


def _verbs(asked: Listing) -> list[tuple[str, list[tuple[str, str]]]]:
    """What may be done with rows of the list; a file has nothing to press."""
    may = g.person.may("accounts.edit") and not asked.form
    return together.offered(queries.price_lists()) if may else []


def _views(asked: Listing) -> list[tuple[str, dict[str, Any], bool, int]]:
    """Saved views: (label, what they change in the address, whether it is the current one, how many)."""
    counts, chosen = queries.counts(), {name: value for name, value in asked.filters.items() if value}
    views: list[tuple[str, dict[str, Any], dict[str, str], str]] = [
        (gettext("All"), {"kind": None, "state": None}, {}, "all"),
        (gettext("Customers"), {"kind": "customer", "state": None}, {"kind": "customer"}, "customer"),
        (gettext("Resellers"), {"kind": "reseller", "state": None}, {"kind": "reseller"}, "reseller"),
        (gettext("Archived"), {"kind": None, "state": "archived"}, {"state": "archived"}, "archived"),
    ]
    return [(label, changes, chosen == wanted, counts[name]) for label, changes, wanted, name in views]


def _framed(account: Account, tab: str) -> dict[str, Any]:
    """What every tab of an account shows around itself."""
    obstacles = queries.obstacles(account)
    may_become = not obstacles and here.opens("tenant_resellers") and g.person.may("tenants.create")
    tenant = queries.tenant_of(account)
    return {"account": account, "tab": tab, "obstacles": obstacles, "may_become": may_become, "tenant": tenant}


def _part(kind: type[Any], key: str, *, of: str, lock: bool = False) -> Any:
    """A contact or address, if it is this account's."""
    part = get(kind, key, lock=lock)
    if part.account.key != of:
        raise NotFound
    return part


def _customer(contact: str) -> User:
    """Who signs in to the storefront as this contact.  Raises Conflict when nobody does."""
    found = customers.customer_of(get(Contact, contact).id)
    if found is None:
        raise Conflict(say(N_("This contact was not invited to the storefront.")))
    return found


def _written(
    account: Account,
    form: ContactForm | AddressForm,
    write: Callable[..., object],
    heading: str = "",
    *,
    part: Any = None,
) -> ResponseReturnValue:
    """A contact or address as it was typed, or the page that asks for it."""
    heading = heading or gettext("Edit %(name)s", name=getattr(part, "name", None) or part.street)
    if form.accepted():
        if part is not None and form.is_overtaken:
            words = form.conflict(getattr(part, "name", None) or part.street)
            return render("accounts/part_conflict.html", account=account, **words), 409
        with form.catching():
            write(**form.words())
            flash(gettext("Saved."))
            return see(url("accounts.contacts", key=account.key))
    return render("accounts/part.html", account=account, form=form, heading=heading, part=part), form.status


def _removed(account: Account, part: Any, remove: Callable[[Any], None]) -> ResponseReturnValue:
    """A contact or address taken away, or the page that asks whether."""
    form = Form()
    if form.accepted():
        label = str(part)
        remove(part)
        flash(gettext("%(name)s is removed.", name=label))
        return see(url("accounts.contacts", key=account.key))
    return render("accounts/removal.html", account=account, part=str(part), form=form), form.status


from portal.accounts import office_why  # noqa: E402, F401 - its pages join this face, and need it
