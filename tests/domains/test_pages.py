"""The office's pages about domains: what a person adds, copies, checks and lets go."""

from __future__ import annotations

import pytest
from flask_babel import force_locale
from sqlalchemy import select

from portal.core.db import db
from portal.domains import resolver
from portal.domains.models import Domain, Pretend, State
from tests.browsing import Browser
from tests.domains.conftest import NAME, hosts_of
from tests.domains.test_names import HOSTILE


@pytest.fixture
def keeper(north):
    """North's administrator."""
    return Browser(north.client())


def test_a_person_takes_a_domain_through_all_its_states(keeper, north, worker):
    keeper.open("/domains")
    assert "No domain of your own yet" in keeper.text
    keeper.open("/domains/new")
    keeper.send(name=f"https://{NAME.title()}/", door="shop")
    page = keeper.follow()
    place = keeper.path
    assert "Waiting for proof" in keeper.text
    assert f"_domain-proof.{NAME}" in keeper.text
    assert page.text.count("data-copy=") == 4, "name and value of both records can be copied"
    for what, word in (("proof_alone", "Proved"), ("no_certificate", "Waiting for the certificate"), ("ready", "Live")):
        keeper.open(place)
        keeper.send(button="Let them say so", what=what)
        worker.run_due()
        keeper.open(place)
        assert word in keeper.text
    assert "Everything is right" in keeper.text
    assert "It is the main address" in keeper.text
    keeper.open("/domains")
    assert f"http://{NAME}:8000" in keeper.text


def test_checking_now_looks_at_once(keeper, domain, worker):
    worker.run_due()
    before = domain.told("looked_at")
    keeper.open(f"/domains/{domain.key}")
    keeper.send(button="Check now")
    keeper.follow()
    assert "Looking …" in keeper.text
    worker.run_due()
    assert domain.told("looked_at") > before
    assert "Looking …" not in Browser(domain.house.client()).open(f"/domains/{domain.key}").text


def test_removing_asks_first_and_names_what_follows(keeper, live, north):
    keeper.open(f"/domains/{live.key}/removal")
    assert "It serves nothing from then on" in keeper.text
    assert live.state is State.LIVE
    keeper.send(button=f"Remove {NAME}")
    keeper.follow()
    assert hosts_of(north) == {}
    keeper.open(f"/domains/{live.key}")
    assert "is remembered" in keeper.text
    assert "Check now" not in keeper.text
    keeper.open("/domains?state=removed")
    assert NAME in keeper.text


def test_the_main_address_is_changed_by_hand(keeper, live, north):
    keeper.open(f"/domains/{live.key}")
    keeper.send(button="Use the former main address")
    assert hosts_of(north) == {NAME: (True, False)}
    keeper.open(f"/domains/{live.key}")
    keeper.send(button="Make it the main address")
    assert hosts_of(north) == {NAME: (True, True)}


def test_nonsense_stays_in_its_field_with_a_reason(keeper):
    for typed in HOSTILE:
        keeper.open("/domains/new")
        assert keeper.send(name=typed, door="shop").status_code == 422, typed
        assert keeper.page.select_one("#name[aria-invalid=true]"), typed


@pytest.mark.parametrize("forged", [{"door": "cellar"}, {"door": ""}, {"door": None}])
def test_a_door_that_is_none_is_refused(keeper, forged):
    keeper.open("/domains/new")
    assert keeper.send(**({"name": NAME, "door": "shop"} | forged)).status_code == 422


def test_what_nobody_may_say_is_not_heard(keeper, north):
    """State, proof and owner are no fields of the form."""
    keeper.open("/domains/new")
    keeper.send(name=NAME, door="shop", state="live", proof="x", tenant_id="1", wants_main="1")
    with north.office():
        row = db.session.scalars(select(Domain)).one()
        assert (row.state, row.tenant_id, len(row.proof)) == (State.WAITING, north.tenant_id, 32)


def test_a_name_of_another_tenant_gets_the_answer_of_one_of_ours(live, north, south, meridian):
    pages = []
    asking = Browser(meridian.client())
    for name in (NAME, "x.shop.localhost"):
        asking.open("/domains/new")
        assert asking.send(name=name, door="shop").status_code == 422
        pages.append(asking.text.replace(name, "…"))
    assert pages[0] == pages[1]
    assert "Nordlicht" not in pages[0]


def test_what_was_really_seen_is_shown_without_believing_it(keeper, domain, app):
    class Mischief(resolver.Stage):
        def ask(self, name, kind):
            return ("<script>alert(1)</script>" + "x" * 180,) if kind == "TXT" else super().ask(name, kind)

    before = app.extensions["vitrine.resolver"]
    app.extensions["vitrine.resolver"] = Mischief(app.config["VITRINE"])
    try:
        domain.looked_at()
        page = keeper.open(f"/domains/{domain.key}").text
    finally:
        app.extensions["vitrine.resolver"] = before
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


def test_a_real_installation_has_no_pretend_name_servers(keeper, domain, app):
    before = app.extensions["vitrine.resolver"]
    app.extensions["vitrine.resolver"] = resolver.Internet(app.config["VITRINE"])
    try:
        keeper.open(f"/domains/{domain.key}")
        assert "Pretend name servers" not in keeper.text
        token = keeper.page.select_one("input[name=csrf_token]")["value"]
        sent = {"csrf_token": token, "what": "ready"}
        assert domain.house.client().post(f"/domains/{domain.key}/pretence", data=sent).status_code in {400, 404}
        assert keeper.client.post(f"/domains/{domain.key}/pretence", data=sent).status_code == 404
    finally:
        app.extensions["vitrine.resolver"] = before


def test_the_stranger_sees_nothing(live, world):
    for house in (world.strand, world.south, world.meridian, world.fjord):
        client = house.client()
        assert client.get(f"/domains/{live.key}").status_code in {403, 404}
        assert NAME not in client.get("/domains").text


def test_who_may_only_look_sees_no_button(live, north):
    reader = Browser(north.client("read_only"))
    reader.open(f"/domains/{live.key}")
    assert NAME in reader.text
    assert not reader.page.select("main form[method=post]")
    assert reader.open("/domains/new").status_code == 403


def test_every_hint_is_said_in_the_readers_language(live, north):
    for what in (Pretend.ELSEWHERE, Pretend.PROXIED, Pretend.IPV6, Pretend.APEX, Pretend.WRONG_PROOF, Pretend.SILENT):
        live.says(what)
        said = {}
        for language in ("en", "de", "el"):
            with north.office(), force_locale(language):
                said[language] = " ".join(str(line) for _, line in live.row().hints)
        assert len(set(said.values())) == 3, said


def test_people_who_are_told_can_say_that_they_do_not_want_to_be(north):
    assert "What becomes of my domains" in Browser(north.client()).open("/notices/switches").text


def test_a_lost_domain_stands_above_the_checklist(keeper, live):
    live.says(Pretend.EXPIRED)
    live.looked_at()
    keeper.open("/whats-next")
    assert "1 domain no longer leads here" in keeper.text
