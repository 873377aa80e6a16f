"""What's Next: what is still missing is found, not ticked; the one above sees how far, and nothing else."""

from __future__ import annotations

from sqlalchemy import select

from portal.branding.actions import dress
from portal.branding.designing import Wish
from portal.core.db import db
from portal.overview import whats_next
from portal.storefront import actions as storefront
from portal.storefront import queries as storefronts
from portal.storefront.models import Visibility
from portal.tenants import queries as places
from portal.tenants.checklist import Checklist
from portal.users.models import User
from portal.users.roles import Role
from tests.browsing import Browser
from tests.queries import counted
from tests.world import House, World


def states(house: House) -> dict[str, bool]:
    """What the house has written for the one above."""
    with house.office():
        return dict(db.session.scalars(select(Checklist.states).where(Checklist.tenant_id == house.tenant_id)).one())


def test_a_line_is_done_when_it_is_done_and_not_when_somebody_says_so(north: House) -> None:
    with north.office():
        storefront.describe(storefronts.storefront(), email="hello@north.example", phone="", hours="", networks={})
    assert states(north)["contact"] is True
    assert states(north)["brand"] is False
    with north.office():
        dress(Wish("Nordlicht IT", brand_colour="#0b5f4a"))
    assert states(north)["brand"] is True


def test_what_is_undone_again_is_to_be_done_again(north: House) -> None:
    with north.office():
        storefront.admit(storefronts.storefront(), Visibility.PRIVATE)
    assert states(north)["opening"] is False
    with north.office():
        storefront.admit(storefronts.storefront(), Visibility.OPEN)
    assert states(north)["opening"] is True


def test_a_change_in_sets_counts_as_well(north: House) -> None:
    with north.office():
        storefront.look_at(storefronts.storefront())
    assert states(north)["visit"] is True


def test_a_refused_change_leaves_nothing(north: House) -> None:
    with north.office():
        person = db.session.scalars(select(User).where(User.role == Role.SALES)).one()
        person.role = Role.ADMINISTRATOR
        db.session.flush()
        db.session.rollback()
    assert states(north)["second_administrator"] is False


def test_the_page_leads_to_where_each_line_is_done(north: House) -> None:
    page = Browser(north.client())
    page.open("/whats-next")
    assert "Your tenant is not fully operational yet" in page.text
    for place in ("/brand", "/storefront/contact", "/users/new?role=administrator", "/price-lists", "/storefront"):
        assert f'href="{place}"' in str(page.page)
        assert north.client().get(place).status_code == 200


def test_the_menu_leads_there_from_every_page_and_says_how_far_one_is(north: House, world) -> None:
    with north.office():
        whats_next.keep()
    for house, role, tally in ((north, "administrator", f"1/{len(whats_next.LINES)}"), (world.meridian, "sales", None)):
        page = Browser(house.client(role))
        page.open("/accounts")
        (link,) = page.page.select('.side a[href="/whats-next"]')
        found = link.select_one(".tally, .count")
        assert (found.get_text(strip=True) if found else None) == tally, link


def test_somebody_may_say_that_a_line_is_right_as_it_is_and_take_it_back(north: House) -> None:
    page = Browser(north.client())
    page.open("/whats-next")
    page.send(button="It is right as it is")  # the first line of all
    assert states(north)["brand"] is True
    page.follow()
    page.send(button="Put back on the list")
    assert states(north)["brand"] is False


def test_opening_cannot_be_settled_by_words(north: House) -> None:
    page = Browser(north.client())
    page.open("/whats-next")
    words = page.values()
    for code in ("opening", "contact", "no_such_line", "%00"):
        assert page.client.post(f"/whats-next/{code}/settlement", data=words).status_code == 404
    assert states(north)["contact"] is False


def test_the_one_above_sees_how_far_and_never_what(world) -> None:
    canary = "canary-of-north@north.example"
    with world.north.office():
        storefront.describe(storefronts.storefront(), email=canary, phone="", hours="", networks={})
    tenant = world.north.client_id
    spelled = f"{tenant[:4]}-{tenant[4:]}"
    page = world.meridian.client().get(f"/tenants/{spelled}/checklist")
    assert page.status_code == 200
    assert "Contact for customers" in page.text
    assert canary not in page.text
    funnel = world.meridian.client().get("/tenants/go-live")
    assert "Nordlicht IT" in funnel.text
    assert "Fjordline" not in funnel.text
    assert canary not in funnel.text
    assert world.strand.client().get(f"/tenants/{spelled}/checklist").status_code in {403, 404}


def test_all_lines_are_reckoned_in_one_statement(north: House) -> None:
    with north.office():
        whats_next.keep()
    with north.office(), counted(north.app) as asked:
        whats_next.keep()
    assert len(asked) == 2, asked
    assert not asked.anew


def test_the_funnel_stands_in_alphabetical_order(world: World) -> None:
    with world.south.office():
        places.organization().name = "élan works"
    funnel = Browser(world.meridian.client())
    funnel.open("/tenants/go-live")
    names = [row.split()[0] for row in funnel.rows() if row.split()[0] in {"élan", "Nordlicht", "Strand"}]
    assert names == ["élan", "Nordlicht", "Strand"]


def test_who_has_done_a_line_is_told_at_once_and_led_on(north: House) -> None:
    with north.office():
        whats_next.keep()
    page = Browser(north.client())
    page.open("/storefront/contact")
    page.send(email="hello@north.example")
    page.follow()
    count = len(whats_next.LINES)
    assert f"“Contact for customers” is done: 2 of {count}." in page.text
    step = page.page.select_one(".step")
    assert step is not None
    assert [link["href"] for link in step.select("a")] == ["/storefront/pages", "/whats-next"]
    page.open("/storefront")
    assert not page.page.select(".step"), "it is said once"
    page.open("/storefront/contact")
    page.send(email="ask@north.example")
    page.follow()
    assert not page.page.select(".step"), "nothing new is done"


def test_what_was_refused_is_not_told_as_done(north: House) -> None:
    with north.office():
        whats_next.keep()
    page = Browser(north.client())
    page.open("/storefront/contact")
    page.send(email="nobody@")
    page.open("/storefront")
    assert not page.page.select(".step")


def test_the_list_itself_shows_what_is_done_and_says_no_more(north: House) -> None:
    with north.office():
        whats_next.keep()
    page = Browser(north.client())
    page.open("/whats-next")
    page.send(button="It is right as it is")
    page.follow()
    assert not page.page.select(".step")


def test_who_is_led_to_invite_an_administrator_invites_one(north: House) -> None:
    page = Browser(north.client())
    page.open("/users/new?role=administrator")
    chosen = page.page.select_one('[name="role"][checked]')
    assert chosen is not None
    assert chosen["value"] == "administrator"
    page.open("/users/new?role=emperor")
    assert page.page.select('[name="role"][checked]') == []
