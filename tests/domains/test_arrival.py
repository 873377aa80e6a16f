"""Who comes by a tenant's own domain, and what he finds: nothing before it lives, then that tenant's door and no other."""

from __future__ import annotations

from dataclasses import replace

import pytest

from portal.app import create_app
from portal.core.db import db
from portal.domains import actions
from portal.domains.models import Pretend, State
from portal.tenants import actions as tenants
from portal.tenants import hosts, own_hosts
from portal.tenants.models import Door, Tenant
from portal.users.gate import COOKIE
from tests.browsing import Browser
from tests.domains.conftest import NAME
from tests.queries import counted
from tests.world import PASSWORD

OFFICE = "office.nordlicht.example"


@pytest.fixture
def office(adding, north):
    """A live one that leads to the office."""
    made = adding(north, OFFICE, Door.OFFICE)
    made.says(Pretend.READY)
    return made


@pytest.mark.parametrize("what", [Pretend.NOTHING, Pretend.PROOF_ALONE, Pretend.NO_CERTIFICATE, Pretend.CAA])
def test_nothing_is_served_before_it_lives(domain, what):
    domain.says(what)
    answer = domain.visit()
    assert answer.status_code == 404
    assert "Nordlicht" not in answer.text
    assert answer.text.replace("shop.nordlicht.example", "") == answer.text


def test_a_live_one_opens_the_shop_and_says_its_own_name(live):
    answer = live.visit()
    assert answer.status_code == 200
    assert "Nordlicht IT" in answer.text
    assert f'<link rel="canonical" href="http://{NAME}:8000/' in answer.text


def test_other_names_of_the_shop_lead_to_the_main_one(live, north):
    answer = north.shop().get("/products?page=2")
    assert (answer.status_code, answer.location) == (301, f"http://{NAME}:8000/products?page=2")
    assert "no-cache" in answer.headers["Cache-Control"], "kept for good, it would go round in a circle after a loss"


def test_a_former_name_leads_there_at_once(live, north):
    with north.office():
        hosts.change(db.session.get(Tenant, north.tenant_id), "nordlicht-neu")
    for name in ("north", "nordlicht-neu"):
        answer = north.visitor(f"http://{name}.shop.localhost:8000").get("/")
        assert (answer.status_code, answer.location) == (301, f"http://{NAME}:8000/")
    assert live.visit().status_code == 200


def test_one_that_is_not_the_main_one_leads_to_it(live, adding, north):
    other = adding(north, "www.nordlicht.example")
    assert other.says(Pretend.READY) is State.LIVE
    answer = other.visit("/products")
    assert (answer.status_code, answer.location) == (301, f"http://{NAME}:8000/products")
    with north.office():
        actions.make_main(other.row())
    assert other.visit("/products").status_code == 200
    assert live.visit("/products").location == "http://www.nordlicht.example:8000/products"


def test_stepping_back_puts_our_own_name_first(live, north):
    with north.office():
        actions.step_back(live.row())
    assert north.shop().get("/").status_code == 200
    assert live.visit("/").location == "http://north.shop.localhost:8000/"


def test_a_lost_one_leads_to_our_own_name_which_serves_again(live, north):
    live.says(Pretend.EXPIRED)
    live.looked_at()
    assert north.shop().get("/").status_code == 200
    answer = live.visit("/products")
    assert (answer.status_code, answer.location) == (301, "http://north.shop.localhost:8000/products")
    with north.office():
        assert own_hosts.home(Door.SHOP) == "http://north.shop.localhost:8000"
    live.says(Pretend.READY)
    assert live.visit("/products").status_code == 200
    assert north.shop().get("/").status_code == 301


def test_after_removal_nobody_is_found(live, north):
    assert live.visit().status_code == 200
    with north.office():
        actions.remove(live.row())
    assert live.visit().status_code == 404
    assert north.shop().get("/").status_code == 200


def test_a_name_that_passes_to_another_tenant_and_door_serves_him_alone(live, adding, north, south):
    assert live.visit().status_code == 200
    with north.office():
        actions.remove(live.row())
    theirs = adding(south, NAME, Door.OFFICE)
    theirs.says(Pretend.READY)
    answers = [theirs.visit("/sign-in").text for _ in range(2)]
    assert "Halcyon Works" in answers[1]
    assert not any("Nordlicht" in text for text in answers)


def test_each_host_has_cookies_of_its_own(live, north):
    """A sign-in at one of a tenant's hosts is none at another."""
    there, here = north.shop_client(), north.visitor(f"http://{NAME}:8000")
    with north.office():
        actions.step_back(live.row())
    assert there.get("/account").status_code == 200
    cookie = there.get_cookie(COOKIE, domain="north.shop.localhost")
    with north.office():
        actions.make_main(live.row())
    here.set_cookie(COOKIE, cookie.value, domain=NAME)
    answer = here.get("/account")
    assert (answer.status_code, answer.location[:8]) == (303, "/sign-in")


def test_a_suspended_tenants_domain_shows_that_it_is_closed(live, north):
    with north.app.app_context():
        db.session.get(Tenant, north.tenant_id).move(to="suspended")
        tenants.raise_stamp(north.tenant_id)
        db.session.commit()
    assert live.visit().status_code == 503


# ------------------------------------------------------------------------------------------------------------ the office


def test_the_office_opens_without_client_id(office, north):
    visitor = Browser(north.visitor(f"http://{OFFICE}:8000"))
    page = visitor.open("/sign-in").text
    assert "Nordlicht IT" in page
    assert 'name="client_id"' not in page
    assert visitor.send(username="north.administrator", password=PASSWORD).status_code == 303
    assert visitor.open("/accounts").status_code == 200


def test_nobody_of_another_tenant_gets_in_by_it(office, north, south):
    cookie = south.client().get_cookie(COOKIE, domain="office.localhost")
    visitor = north.visitor(f"http://{OFFICE}:8000")
    visitor.set_cookie(COOKIE, cookie.value, domain=OFFICE)
    assert visitor.get("/accounts").location.startswith("/sign-in")


def test_the_shop_is_not_at_the_offices_name(office, north):
    assert north.shop().get("/contact").status_code == 200
    assert office.visit("/contact").status_code == 404
    assert office.visit("/accounts").location.startswith("/sign-in")


def test_strangers_at_our_own_name_are_led_to_the_offices_own(office, north):
    answer = north.visitor("http://north.office.localhost:8000").get("/sign-in")
    assert (answer.status_code, answer.location) == (301, f"http://{OFFICE}:8000/sign-in")
    assert north.visitor("http://office.localhost:8000").get("/sign-in").status_code == 200


@pytest.mark.parametrize(
    "host",
    [
        f"{NAME}.evil.example",
        f"x.{NAME}",
        "nordlicht.example",
        f"{NAME}:80@evil",
        f"{NAME}\t",
        "127.0.0.1",
        "[::1]",
        "%00",
        f"{NAME} ",
    ],
)
def test_wrong_host_headers_find_nobody(live, host):
    answer = live.house.visitor().get("/", headers={"Host": host}, base_url=None)
    assert answer.status_code in {400, 404}
    assert "Nordlicht" not in answer.text


def test_capitals_dots_and_ports_are_the_same_name(live):
    for host in (NAME.upper(), f"{NAME}.", f"{NAME}:443"):
        assert live.house.visitor().get("/", headers={"Host": host}).status_code == 200


# ------------------------------------------------------------------------------------------- names in every language

LAEDEN = "läden.nordlicht.example"
PLAIN = "xn--lden-loa.nordlicht.example"


@pytest.fixture
def laeden(adding, north):
    made = adding(north, LAEDEN)
    made.says(Pretend.READY)
    return made


def test_a_name_with_letters_of_its_own_language_is_led_to_and_from(laeden, north):
    answer = north.shop().get("/products?q=grün")
    assert (answer.status_code, answer.location) == (301, f"http://{PLAIN}:8000/products?q=gr%C3%BCn")
    assert laeden.visit("/products").status_code == 200
    with north.office():
        actions.step_back(laeden.row())
    answer = laeden.visit("/products?q=grün")
    assert (answer.status_code, answer.location) == (301, "http://north.shop.localhost:8000/products?q=gr%C3%BCn")


def test_its_pages_say_their_address_as_name_servers_know_it(laeden):
    page = laeden.visit("/").text
    assert f'<link rel="canonical" href="http://{PLAIN}:8000/' in page
    assert LAEDEN not in page.partition("</head>")[0]


# ---------------------------------------------------------------------------------------------------------- what it costs


def test_a_page_under_a_domain_of_ones_own_asks_no_more_than_under_ours(live, north, south):
    """The door is remembered; whose the host is and where it leads stands in the one statement that is asked anyway."""
    figures = []
    for shop in (north.visitor(f"http://{NAME}:8000"), south.shop()):
        for _ in range(2):
            assert shop.get("/contact").status_code == 200
        with counted(north.app) as asked:
            shop.get("/contact")
        figures.append(len(asked))
    assert figures[0] == figures[1]


def test_without_a_database_it_says_so_as_every_page_does(settings):
    away = create_app(replace(settings, database_url="postgresql+psycopg://nobody@127.0.0.1:1/nothing"))
    assert away.test_client().get("/", base_url=f"http://{NAME}").status_code == 503
