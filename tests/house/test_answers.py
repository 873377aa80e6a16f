"""Every answer is safe: its headers and cookies, whatever it says."""

from __future__ import annotations

import re

import pytest

from tests.house.asking import Route, Visit, map_of
from tests.house.furniture import furnish
from tests.world import PASSWORD


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


OWN_SHOP = re.compile(r"; frame-src http://[a-z-]+\.shop\.localhost:8000$")
"""What the editor of the brand shows within its page."""


def faults(answer):
    headers = answer.headers
    policy = OWN_SHOP.sub("", headers.get("Content-Security-Policy", ""))
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
    hashed = ("/brand-", "/pictures/", "/products/pictures/", "/content/")
    kept = answer.request.path.startswith((*hashed, "/favicon", "/manifest", "/social.png"))
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


def test_forwarded_headers_of_strangers_are_ignored(world):
    client = world.north.visitor()
    headers = {"X-Forwarded-Host": "north.shop.localhost:8000", "X-Forwarded-Proto": "https", "Forwarded": "host=x"}
    answer = client.get("/sign-in", headers=headers)
    assert "Strict-Transport-Security" not in answer.headers
    assert world.north.name not in answer.text


def test_next_leads_back_to_where_one_was_going(world):
    visit = Visit.of(world.north, "office")
    going = visit.client.get("/accounts?q=quay").location
    typed = {"client_id": world.north.client_id, "username": "north.administrator", "password": PASSWORD}
    assert visit.client.post(going, data={"csrf_token": visit.csrf(), **typed}).location == "/accounts?q=quay"
