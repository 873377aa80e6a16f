"""The last look before a tenant opens: the application is called as its visitors will call it.

Each call is a whole request of its own, in a context and session of its own, with the tenant's host and a ticket that
shows the shop as if it were open.  What is not right is told in words; the task fails and is tried again.
"""

from __future__ import annotations

import re
from contextvars import Context
from typing import Any

from flask import current_app
from markupsafe import escape
from werkzeug.test import TestResponse

from portal.catalogue import queries as catalogue
from portal.core.errors import Problem
from portal.core.words import N_, Line, say
from portal.tenants import hosts, preview
from portal.tenants.models import Tenant

OK = 200
_STYLESHEET = re.compile(r'<link[^>]+rel="stylesheet"[^>]+href="([^"]+)"|<link[^>]+href="([^"]+)"[^>]+rel="stylesheet"')
_PRODUCT = re.compile(r'<a\b[^>]+href="(/products/[^"/?#]+)"')


class Unsound(Problem):
    """A page did not answer as it must."""


def inspect(tenant: Tenant, storefront: str, name: str) -> Line:
    """Sign-in page, home with its stylesheet, first product.  Raises Unsound; an empty range is only said."""
    _expect(_office(storefront, "/sign-in"), N_("the sign-in page"))
    home = _expect(_shop(tenant, storefront, "/"), N_("the storefront"))
    if str(escape(name)) not in home:
        raise Unsound(say(N_("The storefront does not show the name %(name)s."), name=name))
    sheets = [first or second for first, second in _STYLESHEET.findall(home)]
    if not sheets:
        raise Unsound(say(N_("The storefront has no stylesheet.")))
    for address in sheets:
        _expect(_shop(tenant, storefront, address), N_("the stylesheet"))
    product = _first_product(home)
    if product is None:
        return say(N_("Sign-in and storefront answer; there is no product to show yet"))
    _expect(_shop(tenant, storefront, product), N_("the first product"))
    return say(N_("Sign-in, storefront and first product answer"))


def _first_product(home: str) -> str | None:
    """Where a visitor comes who follows the first link of the home page to a product; failing that, the first by name."""
    found = _PRODUCT.search(home)
    slug = None if found else catalogue.first_slug()
    return found[1] if found else slug and f"/products/{slug}"


def _expect(answer: TestResponse, what: str) -> str:
    if answer.status_code != OK:
        line = say(N_("Asked for %(what)s, the answer was %(status)s."), what=say(what), status=answer.status_code)
        raise Unsound(line)
    return answer.get_data(as_text=True)


def _office(storefront: str, path: str) -> TestResponse:
    return _ask(hosts.office_url(storefront), path, {})


def _shop(tenant: Tenant, storefront: str, path: str) -> TestResponse:
    ticket = preview.ticket(tenant.id)
    try:
        return _ask(hosts.shop_url(storefront), path, {preview.ENVIRON: ticket})
    finally:
        preview.discard(ticket)


def _ask(base: str, path: str, environ: dict[str, Any]) -> TestResponse:
    """One request, in an empty context: nothing of the task's own session, scope or actor is in it."""
    client = current_app.test_client()
    return Context().run(client.get, path, base_url=base, environ_overrides=environ, buffered=True)
