"""A real installation as the README says it: two roles, a secret, TLS before it, and the owner's password kept from it."""

from __future__ import annotations

import http.client
import re
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from urllib.parse import urlencode

import pytest

from portal.local import stores
from portal.local.children import wait
from tests.local.installation import Installation, answers

OFFICE, SHOP = "office.aster.example", "shop.aster.example"
PASSWORD = "violet harbour kettle 41"
FOUND = ("found", "--name", "Aster Cloud", "--administrator", "Ines Kahl", "--email", "ines.kahl@aster.example")


@dataclass
class Visitor:
    """Somebody behind the proxy, who keeps his cookies."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)
    set_cookies: list[str] = field(default_factory=list)

    def ask(self, path: str, host: str = OFFICE, *, scheme: str = "https", **typed: str) -> http.client.HTTPResponse:
        """The answer, its body in `text`."""
        told = {"Host": host, "X-Forwarded-Proto": scheme, "X-Forwarded-For": "203.0.113.9"}
        told["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if typed:
            told |= {"Content-Type": "application/x-www-form-urlencoded", "Referer": f"https://{host}{path}"}
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        with closing(line):
            line.request("POST" if typed else "GET", path, urlencode(typed) if typed else None, told)
            answer = line.getresponse()
            answer.text = answer.read().decode()  # type: ignore[attr-defined]
        for cookie in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
            self.set_cookies.append(cookie)
        return answer


@pytest.fixture(scope="module")
def real(
    install: Callable[..., Installation], bare_stores: stores.Addresses, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Visitor, str]]:
    """A visitor of the served installation, and the distributor's Client ID."""
    house = install(tmp_path_factory.mktemp("real") / "checkout")
    house.settings = {
        "VITRINE_ENV": "production",
        "SECRET_KEY": "an9-unguessable+row=of*letters#and_signs",
        "SCHEME": "https",
        "OFFICE_HOST": OFFICE,
        "SHOP_HOST": SHOP,
        "TRUSTED_PROXIES": "127.0.0.1",
        "DATABASE_URL": bare_stores.database_url,
        "REDIS_URL": bare_stores.redis_url,
        "PORT": str(house.port),
    }
    assert "DATABASE_OWNER_URL is not set" in house.portal("migrate").stderr
    assert house.portal("migrate", DATABASE_OWNER_URL=bare_stores.database_owner_url).returncode == 0
    founded = house.portal(*FOUND, VITRINE_PASSWORD=PASSWORD)
    assert founded.returncode == 0, founded.stderr
    with house.beside("serve"):
        assert wait(lambda: answers(house.port), 30)
        yield Visitor(house.port), founded.stdout.split("Client ID")[1].split()[0]


def test_one_signs_in_with_cookies_of_this_host_alone(real: tuple[Visitor, str]) -> None:
    visitor, client_id = real
    page = visitor.ask("/sign-in").text  # type: ignore[attr-defined]
    token = re.findall(r'name="csrf_token"[^>]*value="([^"]+)"', page)[0]
    entered = visitor.ask("/sign-in", csrf_token=token, client_id=client_id, username="admin", password=PASSWORD)
    assert (entered.status, entered.headers["Location"]) == (303, "/")
    assert visitor.ask("/").headers["Location"] == "/password"  # typed by another: to be changed first
    assert {"__Host-visit", "__Host-sign-in"} <= visitor.cookies.keys()
    for cookie in visitor.set_cookies:
        assert cookie.startswith("__Host-")
        assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookie.split("; "))
        assert "Domain" not in cookie


def test_answers_carry_what_browsers_need_to_be_strict(real: tuple[Visitor, str]) -> None:
    answer = Visitor(real[0].port).ask("/sign-in")
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert Visitor(real[0].port).ask("/sign-in", scheme="http").headers["Strict-Transport-Security"] is None


def test_nothing_of_a_workshop_is_open(real: tuple[Visitor, str]) -> None:
    for path in ("/console", "/?__debugger__=yes", "/%00", "/static/../portal/config/settings.py"):
        answer = Visitor(real[0].port).ask(path)
        assert answer.status in {303, 400, 404}, path
        assert "Traceback" not in answer.text  # type: ignore[attr-defined]


def test_the_shop_by_client_id_stands_behind_the_proxy(real: tuple[Visitor, str]) -> None:
    visitor, client_id = Visitor(real[0].port), real[1]
    assert "Aster Cloud" in visitor.ask(f"/@{client_id}/sign-in", SHOP).text  # type: ignore[attr-defined]
    assert all(cookie.startswith("__Host-") for cookie in visitor.set_cookies)
    assert visitor.ask("/", "stranger.example").status == 404
