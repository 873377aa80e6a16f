"""The last look before a tenant opens: by a ticket nobody else can have, and in words when something is not right."""

from __future__ import annotations

from typing import Any

import pytest

from portal.branding.actions import dress
from portal.branding.designing import Wish
from portal.core.db import db
from portal.core.errors import NotFound
from portal.core.web import open_to_all
from portal.onboarding.inspection import Unsound, inspect
from portal.storefront import actions as storefront
from portal.storefront import queries as storefronts
from portal.storefront.models import Visibility
from portal.tenants import preview
from portal.tenants.models import Tenant
from tests.world import House


@pytest.fixture
def private(north: House) -> House:
    """Dressed, and not opened by its owner yet."""
    with north.office():
        dress(Wish("Nordlicht IT"))
        storefront.admit(storefronts.storefront(), Visibility.PRIVATE)
    return north


def looked_at(house: House, name: str) -> str:
    with house.office():
        return str(inspect(db.session.get_one(Tenant, house.tenant_id), house.word, name))


def test_a_ticket_shows_one_page_of_one_shop_once(private: House, south: House) -> None:
    ticket = preview.ticket(private.tenant_id)
    assert private.shop().get("/").status_code == 503
    assert private.shop().get("/", environ_overrides={preview.ENVIRON: ticket}).status_code == 200
    assert private.shop().get("/", environ_overrides={preview.ENVIRON: ticket}).status_code == 503
    others = preview.ticket(south.tenant_id)
    assert private.shop().get("/", environ_overrides={preview.ENVIRON: others}).status_code == 503
    assert not preview.redeem(others, south.tenant_id), "whoever tries one uses it up"


def test_no_header_is_a_ticket(private: House) -> None:
    ticket = preview.ticket(private.tenant_id)
    for name in (preview.ENVIRON, "Vitrine-Preview", "X-Vitrine-Preview"):
        assert private.shop().get("/", headers={name: ticket}).status_code == 503
    assert preview.redeem(ticket, private.tenant_id)


def test_what_is_well_is_said_and_no_ticket_is_left(private: House) -> None:
    assert looked_at(private, "Nordlicht IT") == "Sign-in and storefront answer; there is no product to show yet"
    assert not preview._issued  # noqa: SLF001 - nobody else can see them


def test_a_shop_that_does_not_show_its_name_is_not_opened(private: House) -> None:
    with pytest.raises(Unsound, match="does not show the name Somebody else"):
        looked_at(private, "Somebody else")


def test_a_part_that_does_not_answer_is_named(private: House, app: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(**_: str) -> str:
        raise NotFound

    monkeypatch.setitem(app.view_functions, "shop_branding.stylesheet", open_to_all(gone))
    with pytest.raises(Unsound, match="Asked for the stylesheet, the answer was 404"):
        looked_at(private, "Nordlicht IT")
