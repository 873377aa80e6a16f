"""The eleven tasks by which an account becomes a tenant reseller.  Their names are for ever.

Each runs in the scope of the new tenant; what it needs of the maker stands in `process.facts`.  Each looks before it
leaps, because it may run twice, and takes back what it made when the process is cancelled.
"""

from __future__ import annotations

from collections.abc import Callable

from flask import current_app

from portal.branding import actions as branding
from portal.branding.designing import Wish
from portal.catalogue import actions as catalogue
from portal.core.db import db
from portal.core.errors import NotFound, Permanent
from portal.core.files import Store
from portal.core.keys import read_key
from portal.core.words import N_, Line, Name, say
from portal.onboarding import inspection, letters
from portal.onboarding.outside import outside
from portal.processes.models import Process
from portal.processes.plans import Later, More, Plan, Step
from portal.storefront import actions as storefront
from portal.tenants import actions as tenants
from portal.tenants import queries as places
from portal.tenants.models import Edition, Tenant
from portal.users import actions as users


def reserve_client_id(process: Process) -> Line:
    """The place in the tree and the names were taken when Save was pressed; now it gets its code."""
    client_id = tenants.reserve_client_id(_tenant(process))
    process.note(client_id=client_id)
    return say(N_("%(client_id)s is reserved"), client_id=client_id)


def give_back(process: Process) -> Line:
    """The place, the Client ID and both names are free again."""
    tenant = db.session.get(Tenant, process.subject_id)
    if tenant is not None:
        tenants.give_up(tenant)
    if process.facts.get("logo"):
        _uploads(process).remove(process.facts["logo"], kept_before=process.created_at)
    process.forget("password_hash", "administrator", "logo")
    return say(N_("%(host)s is free again"), host=process.facts["host"])


def open_organization(process: Process) -> Line:
    """The tenant's record: its name, region and currency, the numbers of its documents, the states of its orders."""
    facts = process.facts
    tenants.open_organization(
        id=read_key(facts["organization"]),
        name=facts["name"],
        country=facts["country"],
        currency=facts["currency"],
        language=facts["language"],
        time_zone=facts["time_zone"],
        date_format=facts["date_format"],
        account_id=read_key(facts["account"]),
    )
    return say(
        N_("%(country)s, %(language)s, %(zone)s, %(currency)s"),
        country=Name("country", facts["country"]),
        language=Name("language", facts["language"]),
        zone=facts["time_zone"],
        currency=facts["currency"],
    )


def close_organization(process: Process) -> Line:  # noqa: ARG001 - every undoing is given its process
    tenants.close_organization()
    return say(N_("The organization is closed"))


def apply_edition(process: Process) -> Line:
    """Which features are open.  A row of data: nothing is copied."""
    tenant = _tenant(process)
    tenant.edition_code = process.facts["edition"]
    edition = db.session.get_one(Edition, tenant.edition_code)
    count = len(edition.features)
    if not count:
        return say(N_("%(edition)s: office and storefront"), edition=edition.name)
    return say(
        N_("%(edition)s: office, storefront and %(count)s feature more"),
        N_("%(edition)s: office, storefront and %(count)s features more"),
        edition=edition.name,
        count=count,
    )


def write_settings(process: Process) -> Line:
    """Only what the form chose; everything else is inherited when it is read."""
    organization = places.organization()
    organization.separate_invoices = process.facts["separate_invoices"]
    return (
        say(N_("Separate Invoices on; the rest is inherited"))
        if organization.separate_invoices
        else say(N_("One invoice for the reseller; the rest is inherited"))
    )


def create_administrator(process: Process) -> Line:
    """The first person who may sign in, with full access."""
    person = process.facts["administrator"]
    user = users.create_administrator(**person, password_hash=process.facts["password_hash"])
    organization = places.organization()
    organization.administrator_name = person["name"]
    organization.administrator_email = person["email"]
    organization.administrator_username = user.username
    return say(N_("%(username)s, full access"), username=user.username)


def remove_administrator(process: Process) -> Line:
    users.remove_administrator(process.facts["administrator"]["username"])
    return say(N_("The administrator is removed"))


def link_price_list(process: Process) -> Line:
    """From here the tenant's cost is the maker's list, and so is its range; and it gets a first list to sell by."""
    facts, organization = process.facts, places.organization()
    organization.price_list_id = read_key(facts["price_list"])
    organization.price_list_name = facts["price_list_name"]
    db.session.flush()
    catalogue.first_sell_list()
    name = f"{facts['price_list_name']} · {facts['currency']}"
    return say(
        N_("%(list)s: %(count)s product in range"),
        N_("%(list)s: %(count)s products in range"),
        list=name,
        count=facts.get("range", 0),
    )


def unlink_price_list(process: Process) -> Line:  # noqa: ARG001 - every undoing is given its process
    catalogue.drop_sell_lists()
    return say(N_("The range is closed"))


def open_storefront(process: Process) -> Line:
    """Make the storefront's name answer.  It is private until its owner opens it."""
    host = process.facts["host"]
    outside().open_address(host, key=process.effect_key("open_storefront"))
    storefront.lay_out()
    return say(N_("%(host)s answers"), host=host)


def close_storefront(process: Process) -> Line:
    host = process.facts["host"]
    outside().close_address(host, key=process.effect_key("open_storefront"))
    storefront.take_away()
    return say(N_("%(host)s no longer answers"), host=host)


def dress_storefront(process: Process) -> Line:
    """Logo or monogram, icons and colours."""
    branding.dress(Wish(process.facts["name"]), _logo(process))
    if process.facts["logo"]:
        return say(N_("Logo, icons, colours from the logo"))
    return say(N_("A monogram, icons and a colour of its own"))


def undress_storefront(process: Process) -> Line:  # noqa: ARG001 - every undoing is given its process
    branding.undress()
    return say(N_("The brand is removed"))


def check(process: Process) -> Line:
    """Call the application as its visitors will: sign-in page, home, first product."""
    return inspection.inspect(_tenant(process), process.facts["storefront"], process.facts["name"])


def activate(process: Process) -> Line:
    """From here the tenant lives, and nothing can be cancelled."""
    tenants.activate(_tenant(process))
    tenants.raise_stamp()
    return say(N_("The office is open; the storefront waits for its owner to open it"))


def tell(process: Process) -> Line:
    """The administrator's letter.  The maker's own is written when the process settles, in the maker's scope."""
    name = letters.welcome(process, _tenant(process))
    process.forget("password_hash")
    return say(N_("Letters to %(administrator)s and to you"), administrator=name)


def _tenant(process: Process) -> Tenant:
    tenant = db.session.get(Tenant, process.subject_id)
    if tenant is None:
        raise Permanent(say(N_("The tenant is gone.")))
    return tenant


def _logo(process: Process) -> bytes | None:
    sha = process.facts["logo"]
    if not sha:
        return None
    try:
        return _uploads(process).read(sha)
    except NotFound:
        raise Permanent(say(N_("The logo's file is gone. Cancel, and upload it again."))) from None


def _uploads(process: Process) -> Store:
    """The files of whoever makes this tenant."""
    return Store(current_app.config["VITRINE"].instance, process.facts["maker"])


def _step(
    run: Callable[[Process], Line | More | Later],
    title: str,
    promise: str,
    *,
    undo: Callable[[Process], Line | None] | None = None,
    weight: int = 1,
    usual: float = 0.05,
) -> Step:
    """A step named after its function; the world outside is met before it.

    `usual` is what it took in a demo of this size on two small cores, and the only place that says how long it takes.
    """

    def met(process: Process) -> Line | More | Later:
        return outside().meet(run.__name__, process) or run(process)

    return Step(run.__name__, title, met, undo=undo, weight=weight, usual=usual, promise=promise)


ONBOARDING = Plan(
    "tenant.onboarding",
    (
        _step(
            reserve_client_id,
            N_("Reserve the Client ID"),
            N_("A code that names the tenant at sign-in"),
            undo=give_back,
        ),
        _step(
            open_organization,
            N_("Open the organization"),
            N_("Region, currency, numbering and order statuses"),
            undo=close_organization,
        ),
        _step(apply_edition, N_("Apply the edition"), N_("Opens what the licence contains")),
        _step(write_settings, N_("Write the settings"), N_("What you chose; the rest is inherited")),
        _step(create_administrator, N_("Create the administrator"), N_("With full access"), undo=remove_administrator),
        _step(
            link_price_list,
            N_("Link the price list"),
            N_("Cost, range and a first list to sell by"),
            undo=unlink_price_list,
            weight=3,
            usual=0.1,
        ),
        _step(
            open_storefront,
            N_("Open the storefront address"),
            N_("Until it answers"),
            undo=close_storefront,
            weight=2,
        ),
        _step(
            dress_storefront,
            N_("Dress the storefront"),
            N_("Logo, icons and colours"),
            undo=undress_storefront,
            weight=3,
            usual=0.3,
        ),
        _step(check, N_("Check"), N_("Sign-in, storefront and products answer"), weight=2, usual=0.3),
        _step(activate, N_("Activate"), N_("Opens office and storefront")),
        _step(tell, N_("Tell everyone"), N_("Letters to the administrator and to you")),
    ),
    final="activate",
    begun=True,  # the names are taken with the order
    when_done=letters.report_ready,
    when_stuck=letters.report_stuck,
    topic=N_("Tenant Resellers"),
    home="tenants.processes",
    steered_by="accounts.edit",
    feature="tenant_resellers",
    about="onboarding/process_about.html",
    ready="onboarding/process_ready.html",
    mending="onboarding/process_mending.html",
)
