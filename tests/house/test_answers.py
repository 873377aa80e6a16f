"""Every answer is safe: its headers and cookies, whatever it says; no host and no `next` leads anybody astray."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from tests.house.asking import Route, Visit, map_of
from tests.house.furniture import furnish
from tests.world import HOUSES, OFFICE, PASSWORD

NOBODYS_HOSTS = (
    "",
    "x",
    "localhost",
    "example.com",
    "office",
    "office.localhost.example.com",
    "officeXlocalhost:8000",
    "nobody.office.localhost:8000",
    "nobody.shop.localhost:8000",
    "north.shop.localhost.evil.example",
    "north.shop.localhost:8000@evil.example",
    "evil.example#north.shop.localhost",
    "north.shop.localhost/evil",
    "north shop localhost",
    "..",
    ".north.shop.localhost",
    "north..shop.localhost",
    "[::1]:8000",
    "127.0.0.1:8000",
    "%00.shop.localhost",
    "xn--nrth-0qa.shop.localhost",
    "nörth.shop.localhost",
    "a" * 300 + ".shop.localhost",
    "' or 1=1 --.shop.localhost",
    "<script>.shop.localhost",
)

ASTRAY = (
    "//evil.example",
    "///evil.example",
    "////evil.example/%2f..",
    "https://evil.example",
    "HTTPS://evil.example",
    "http:evil.example",
    "https:/evil.example",
    "http:///evil.example",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "data:text/html,x",
    "vbscript:x",
    "\\\\evil.example",
    "/\\evil.example",
    "\\/evil.example",
    "/\\/evil.example",
    "/\tevil.example",
    "/\n/evil.example",
    "/\r/evil.example",
    "/%09/evil.example\x00",
    " //evil.example",
    "\u200b//evil.example",
    "\u2028//evil.example",
    "evil.example",
    "@evil.example",
    "user@evil.example/",
    "//office.localhost:8000@evil.example",
    "//evil.example\\@office.localhost:8000",
    "/accounts\r\nLocation: https://evil.example",
    "/accounts\r\nSet-Cookie: a=b",
    "?next=//evil.example",
    "#//evil.example",
    "／／evil.example",  # noqa: RUF001 - full-width on purpose
    "/" * 3000,
)


@pytest.fixture(scope="module")
def world(make_furnished):
    return make_furnished("answered")


@pytest.fixture(scope="module")
def routes(world) -> list[Route]:
    return map_of(world.north.app)


def answers(world, routes, *, secure=False):
    """Every route with every kind of answer it gives: to its own people, to visitors, to who may not, to nonsense."""
    house, rows = world.north, furnish(world.north)
    base = {"base_url": "https://office.localhost:8000"} if secure else {}
    people = [Visit.of(house, "office", role) for role in ("administrator", "read_only", None)]
    shopper = Visit.of(house, "shop")
    for route in routes:
        for visit in people if route.door == "office" else [shopper]:
            given = route.own(rows)
            if not route.is_unsafe or not secure:
                yield route, visit.ask(route, given, **base)
        visit = people[0] if route.door == "office" else shopper
        for missing in list(route.missing(rows))[:1]:
            yield route, visit.ask(route, missing)
        if route.is_unsafe:
            yield route, visit.ask(route, route.own(rows), data={})
    for visit in (*people, shopper):
        yield "no such page", visit.client.get("/no/such/page")
        yield "no such method", visit.client.delete("/sign-in", headers={"X-CSRFToken": visit.csrf()})


def test_every_answer_has_the_safe_headers(world, routes):
    complaints, statuses = [], set()
    for route, answer in answers(world, routes):
        statuses.add(answer.status_code)
        complaints += [f"{route} → {answer.status_code}: {fault}" for fault in faults(answer)]
    assert not complaints, "\n".join(complaints)
    assert {200, 303, 400, 403, 404} <= statuses


def faults(answer):
    headers = answer.headers
    policy = headers.get("Content-Security-Policy", "")
    if "default-src 'none'" not in policy or "unsafe" in policy or "*" in policy or "http:" in policy:
        yield f"policy {policy!r}"
    if answer.mimetype == "text/html" and not all(
        word in policy for word in ("frame-ancestors 'none'", "form-action 'self'", "base-uri 'none'")
    ):
        yield f"policy of a page {policy!r}"
    for name, value in (
        ("X-Content-Type-Options", "nosniff"),
        ("X-Frame-Options", "DENY"),
        ("Referrer-Policy", "same-origin"),
    ):
        if headers.get(name) != value:
            yield f"{name} is {headers.get(name)!r}"
    if not headers.get("X-Request-Id"):
        yield "has no number"
    yield from _cached_wrongly(answer)
    for cookie in headers.getlist("Set-Cookie"):
        flags = {part.strip().partition("=")[0].lower() for part in cookie.split(";")[1:]}
        if not {"httponly", "samesite", "path"} <= flags or "domain" in flags or "SameSite=Lax" not in cookie:
            yield f"cookie {cookie}"
    for name in ("Server", "X-Powered-By", "Via"):
        if name in headers:
            yield f"says {name}"


def _cached_wrongly(answer):
    """What is kept for long carries its hash in its address, or is the shop's icon, manifest or social picture."""
    rule = answer.headers.get("Cache-Control", "")
    kept = answer.request.path.startswith(("/brand-", "/pictures/", "/favicon", "/manifest", "/social.png"))
    if not rule:
        yield "says nothing about keeping it"
    elif not kept and not ("no-store" in rule or "no-cache" in rule or "private" in rule):
        yield f"is kept: {rule}"
    if answer.status_code >= 400 and "immutable" in rule:
        yield f"an error is kept: {rule}"


def test_over_tls_cookies_are_bound_to_the_host_and_browsers_stay(world, routes):
    visit = Visit.of(world.north, "office")
    page = visit.client.get("/sign-in", base_url="https://office.localhost:8000")
    assert "max-age" in page.headers["Strict-Transport-Security"]
    cookies = page.headers.getlist("Set-Cookie")
    assert cookies
    assert all(cookie.startswith("__Host-") and "Secure" in cookie for cookie in cookies)


def test_assets_are_safe_and_kept(world):
    client = world.north.visitor()
    page = client.get("/sign-in").text
    sheet = next(part for part in page.split('"') if part.startswith("/static/") and part.endswith(".css"))
    with client.get(sheet) as answer:
        assert answer.status_code == 200
        assert "immutable" in answer.headers["Cache-Control"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    "path", ["/static/../app.py", "/static/%2e%2e/app.py", "/static/..%2fapp.py", "/static/", "/static/x"]
)
def test_nothing_beside_the_assets_is_served(world, path):
    answer = world.north.visitor().get(path)
    assert answer.status_code in {400, 404}
    assert "create_app" not in answer.text


@pytest.mark.parametrize("host", NOBODYS_HOSTS)
def test_an_unknown_host_finds_a_404_that_names_nobody(world, host):
    client = world.north.app.test_client()
    for path in ("/", "/sign-in", "/products", "/accounts"):
        answer = client.get(path, environ_overrides={"HTTP_HOST": host})
        if path == "/accounts" and answer.status_code == 303:
            continue
        assert answer.status_code in {400, 404}, path
        assert not [name for name, *_ in HOUSES.values() if name in answer.text]
        assert "evil" not in answer.headers.get("Location", "")


def test_forwarded_headers_of_strangers_are_ignored(world):
    client = world.north.visitor()
    headers = {"X-Forwarded-Host": "north.shop.localhost:8000", "X-Forwarded-Proto": "https", "Forwarded": "host=x"}
    answer = client.get("/sign-in", headers=headers)
    assert "Strict-Transport-Security" not in answer.headers
    assert world.north.name not in answer.text


@pytest.mark.parametrize("target", ASTRAY, ids=[repr(one[:40]) for one in ASTRAY])
def test_next_never_leads_to_another_host(world, target):
    visit = Visit.of(world.north, "office")
    typed = {"client_id": world.north.client_id, "username": "north.administrator", "password": PASSWORD}
    address = f"/sign-in?next={quote(target)}"
    answer = visit.client.post(address, data={"csrf_token": visit.csrf(), **typed})
    assert answer.status_code == 303
    place = answer.location.removeprefix(OFFICE)
    assert place.startswith("/")
    assert not place.startswith(("//", "/\\"))
    assert place.isprintable()
    assert "evil" not in place.partition("?")[0].split("/")[1:2]
    assert [cookie for cookie in answer.headers.getlist("Set-Cookie") if cookie.startswith("a=")] == []


def test_next_leads_back_to_where_one_was_going(world):
    visit = Visit.of(world.north, "office")
    going = visit.client.get("/accounts?q=quay").location
    typed = {"client_id": world.north.client_id, "username": "north.administrator", "password": PASSWORD}
    assert visit.client.post(going, data={"csrf_token": visit.csrf(), **typed}).location == "/accounts?q=quay"
