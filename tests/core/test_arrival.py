"""Which door a host opens, whose it is, and what is believed of forwarded headers."""

import pytest

from portal import config
from portal.tenants import arrival
from tests.world import OFFICE


def test_the_office_host_asks_who_one_is(world):
    answer = world.meridian.visitor().get("/")
    assert answer.status_code == 303
    assert answer.location == "/sign-in"


def test_a_shop_opens_under_its_host_with_its_name(world):
    answer = world.south.shop().get("/")
    assert answer.status_code == 200
    assert "Halcyon Works" in answer.text
    assert "Meridian" not in answer.text


def test_a_shop_opens_by_client_id_on_the_neutral_host(world):
    visitor = world.south.visitor("http://shop.localhost:8000")
    answer = visitor.get(f"/@{world.south.client_id}/")
    assert answer.status_code == 200
    assert f'href="/@{world.south.client_id}/products"' in answer.text


@pytest.mark.parametrize("spelled", [str.lower, lambda word: f"{word[:4]}-{word[4:]}"])
def test_the_client_id_is_read_in_any_spelling(world, spelled):
    visitor = world.south.visitor("http://shop.localhost:8000")
    assert visitor.get(f"/@{spelled(world.south.client_id)}/").status_code == 200


def test_a_client_id_opens_nothing_on_another_shops_host(world):
    assert world.north.shop().get(f"/@{world.south.client_id}/").status_code == 404


@pytest.mark.parametrize(
    "host", ["nobody.shop.localhost:8000", "shop.localhost:8000", "x.example", "[::1]", "localhost"]
)
def test_an_unknown_host_is_a_404_that_names_nobody(world, host):
    answer = world.south.visitor(f"http://{host}").get("/")
    assert answer.status_code == 404
    assert not [house.name for house in world.houses if house.name in answer.text]


def test_forwarded_headers_are_ignored_without_a_trusted_proxy(world):
    answer = world.north.shop().get("/", headers={"X-Forwarded-Host": "south.shop.localhost:8000"})
    assert "Nordlicht IT" in answer.text


@pytest.mark.parametrize("forwarded", [{}, {"HTTP_X_FORWARDED_HOST": "shop.localhost"}])
def test_a_proxy_may_leave_the_host_as_it_came(forwarded):
    """Nginx with `proxy_set_header Host $host` says nothing else, and the shop by Client ID opens all the same."""
    host = "backend:8000" if forwarded else "shop.localhost"
    asked = {"PATH_INFO": "/@KHRA-VJFB/", "HTTP_HOST": host, "REMOTE_ADDR": "10.0.0.7", "wsgi.url_scheme": "http"}
    seen = {}
    settings = config.read({"SECRET_KEY": "x", "TRUSTED_PROXIES": "10.0.0.0/8", "SHOP_HOST": "shop.localhost"})
    approach = arrival.Approach(lambda environ, _: seen.update(environ) or [], settings)
    approach({**asked, "HTTP_X_FORWARDED_PROTO": "https", **forwarded}, lambda *_: None)
    assert (seen["vitrine.client_id"], seen["SCRIPT_NAME"], seen["wsgi.url_scheme"]) == (
        "KHRAVJFB",
        "/@KHRA-VJFB",
        "https",
    )


def test_a_tenants_own_office_address_wears_its_name(world):
    answer = world.north.visitor("http://north.office.localhost:8000").get("/sign-in")
    assert answer.status_code == 200
    assert "Nordlicht IT" in answer.text


def test_a_sign_in_of_one_office_is_nobody_at_anothers(world):
    client = world.north.client(own_address=True)
    cookie = client.get_cookie("sign-in", domain="north.office.localhost")
    other = world.south.visitor("http://south.office.localhost:8000")
    other.set_cookie("sign-in", cookie.value, domain="south.office.localhost")
    assert other.get("/").status_code == 303


def test_a_page_that_is_not_there_and_an_id_that_is_not_are_the_same(world):
    client = world.meridian.client()
    answers = [client.get(path, base_url=OFFICE) for path in ("/nothing", "/accounts/xyz", "/accounts/" + "0" * 26)]
    assert {answer.status_code for answer in answers} == {404}


@pytest.mark.parametrize("blank", ["%0A", "%0D%0A", "%20", "%09"])
def test_a_client_id_with_blanks_in_it_is_no_address(world, blank):
    word = world.south.client_id
    answer = world.south.visitor("http://shop.localhost:8000").get(f"/@{word[:4]}{blank}{word[4:]}/sign-in")
    assert answer.status_code == 404
    assert "Halcyon Works" not in answer.text
