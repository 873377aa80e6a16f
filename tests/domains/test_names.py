"""What people type for a name of theirs."""

from __future__ import annotations

from dataclasses import replace

import pytest

from portal.core.errors import Invalid
from portal.domains import names

HOSTILE = (
    "",
    " ",
    "example",
    "shop example.com",
    "shop.exam ple.com",
    "💩.example",
    "x" * 64 + ".example",
    ".".join(["a" * 60] * 5),
    "x" * 300 + ".example",
    "xn--zzzzzz9999.example",
    "xn--.example",
    "localhost",
    "shop.localhost",
    "printer.local",
    "1.10.in-addr.arpa",
    "hidden.onion",
    "127.0.0.1",
    "0177.0.0.1",
    "2130706433",
    "[::1]",
    "::1",
    "*.example.com",
    "_dmarc.example.com",
    "-a.example",
    "a-.example",
    "a..example",
    ".example.com",
    "user@example.com",
    "example.com/path",
    "example.com?x",
    "example.com:8000",
    "javascript:alert(1)",
    "<b>.example",
    "a\x00.example",
    "a\n.example",
    "\u202eexample.com",
    "shop.example.com, shop.example.org",
    "shop.1",
)
OURS = ("office.localhost", "shop.localhost", "north.office.localhost", "a.b.shop.localhost")
WRITTEN = {
    "Shop.Example.COM": "shop.example.com",
    " shop.example.com. ": "shop.example.com",
    "https://shop.example.com/": "shop.example.com",
    "bücher.example": "xn--bcher-kva.example",
    "BÜCHER.example": "xn--bcher-kva.example",
    "xn--bcher-kva.example": "xn--bcher-kva.example",
    "κατάστημα.ελλάδα": "xn--hxajbxmp1cgc.xn--hxakic4aa",
    "faß.example": "xn--fa-hia.example",
    "shop。example": "shop.example",
}


@pytest.mark.parametrize("typed", HOSTILE)
def test_what_is_no_name_is_refused(app_of_session, typed):
    with app_of_session.app_context(), pytest.raises(Invalid) as refused:
        names.read(typed)
    assert refused.value.field == "name"


@pytest.mark.parametrize("typed", OURS)
def test_our_own_names_and_what_stands_below_them_are_refused(app_of_session, typed):
    with app_of_session.app_context(), pytest.raises(Invalid) as refused:
        names.read(typed)
    assert refused.value.line.text == names.CANNOT_BE_ADDED


def test_what_our_hosts_stand_below_is_refused_as_a_name_of_somebody_else(app_of_session, settings):
    ours = replace(
        settings,
        office_host="office.cloud.example:8000",
        shop_host="shop.cloud.example",
        domain_target="in.edge.example",
    )
    with app_of_session.app_context():
        app_of_session.config["VITRINE"] = ours
        try:
            lines = set()
            for name in (
                "cloud.example",
                "shop.cloud.example",
                "x.office.cloud.example",
                "edge.example",
                "in.edge.example",
            ):
                with pytest.raises(Invalid) as refused:
                    names.read(name)
                lines.add(refused.value.line.text)
            assert lines == {names.CANNOT_BE_ADDED}
            assert names.read("mycloud.example") == "mycloud.example"
        finally:
            app_of_session.config["VITRINE"] = settings


@pytest.mark.parametrize(("typed", "plain"), WRITTEN.items())
def test_a_name_is_kept_as_name_servers_know_it(app_of_session, typed, plain):
    with app_of_session.app_context():
        assert names.read(typed) == plain


def test_a_name_is_shown_as_people_read_it():
    assert names.shown("xn--bcher-kva.example") == "bücher.example"
    assert names.shown("xn--zzzzzz9999.example") == "xn--zzzzzz9999.example"
