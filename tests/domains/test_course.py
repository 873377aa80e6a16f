"""A domain's way from its adding to its loss and back."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from portal.audit.models import LogRecord
from portal.core.db import db
from portal.core.errors import Conflict, Invalid
from portal.domains import actions, queries
from portal.domains.models import Domain, Pretend, State
from portal.domains.names import CANNOT_BE_ADDED
from portal.notifications.models import Envelope, Notice
from portal.processes.models import Attempt, Process
from portal.tenants import actions as tenants
from portal.tenants.models import Door, Tenant
from tests.domains.conftest import NAME, hosts_of

# what the name servers say -> (how far it comes, what the page says)
TOLD = {
    Pretend.NOTHING: (State.WAITING, "There is no TXT record yet"),
    Pretend.WRONG_PROOF: (State.WAITING, "The TXT record says"),
    Pretend.PROOF_ALONE: (State.PROVED, "The name leads nowhere yet."),
    Pretend.ELSEWHERE: (State.PROVED, "198.51.100.7, which is not here"),
    Pretend.PROXIED: (State.PROVED, "The record is proxied"),
    Pretend.IPV6: (State.PROVED, "The AAAA record leads elsewhere: 2001:db8:ffff::7"),
    Pretend.APEX: (State.PROVED, "This is the top of its zone"),
    Pretend.CAA: (State.CERTIFICATE, f"A CAA record at {NAME} forbids the certificate"),
    Pretend.NO_CERTIFICATE: (State.CERTIFICATE, "There is no certificate yet."),
    Pretend.EXPIRED: (State.CERTIFICATE, "certificate has expired"),
    Pretend.READY: (State.LIVE, ""),
    Pretend.EXPIRING: (State.LIVE, ""),
}


@pytest.mark.parametrize("what", TOLD)
def test_each_answer_of_the_name_servers_carries_it_so_far(domain, what):
    state, said = TOLD[what]
    assert domain.says(what) is state
    assert said in " ".join(str(line) for _, line in domain.told("hints"))
    if state is State.LIVE:
        assert domain.told("hints") == []


def test_silence_changes_nothing(live):
    for _ in range(3):
        assert live.says(Pretend.SILENT) is State.LIVE
    assert "do not answer" in str(live.told("hints")[0][1])
    assert hosts_of(live.house) == {NAME: (True, True)}


def test_it_goes_all_the_way_step_by_step_and_the_trail_says_so(domain):
    states = [
        domain.says(what) for what in (Pretend.NOTHING, Pretend.PROOF_ALONE, Pretend.NO_CERTIFICATE, Pretend.READY)
    ]
    assert states == [State.WAITING, State.PROVED, State.CERTIFICATE, State.LIVE]
    with domain.house.office():
        verbs = db.session.scalars(
            select(LogRecord.verb).where(LogRecord.verb.startswith("domain.")).order_by(LogRecord.id)
        )
        assert list(verbs) == ["domain.added", "domain.proved", "domain.certificate", "domain.live"]


def test_a_proof_that_goes_before_it_lives_lets_the_name_go(domain):
    domain.says(Pretend.NO_CERTIFICATE)
    assert hosts_of(domain.house) == {NAME: (False, False)}
    assert domain.says(Pretend.NOTHING) is State.WAITING
    assert hosts_of(domain.house) == {}


def test_one_bad_look_is_no_loss_and_two_are(live):
    assert live.says(Pretend.ELSEWHERE) is State.LIVE
    assert live.looked_at() is State.DEGRADED
    assert hosts_of(live.house) == {NAME: (True, False)}


def test_one_bad_look_between_good_ones_is_forgotten(live):
    for what in (Pretend.ELSEWHERE, Pretend.READY, Pretend.ELSEWHERE):
        assert live.says(what) is State.LIVE


def test_a_lost_one_that_is_right_again_serves_again(live):
    live.says(Pretend.EXPIRED)
    assert live.looked_at() is State.DEGRADED
    assert live.says(Pretend.READY) is State.LIVE
    assert hosts_of(live.house) == {NAME: (True, True)}


def test_who_loses_the_proof_loses_the_name(live, south, adding):
    live.says(Pretend.NOTHING)
    assert live.looked_at() is State.DEGRADED
    assert hosts_of(live.house) == {}
    theirs = adding(south)
    assert theirs.says(Pretend.READY) is State.LIVE
    assert live.says(Pretend.READY) is State.DEGRADED, "it is another's by now"
    assert hosts_of(south) == {NAME: (True, True)}


def test_the_loss_is_told_by_bell_and_letter_once(live):
    live.says(Pretend.ELSEWHERE)
    for _ in range(3):
        live.looked_at()
    with live.house.office():
        lines = [row.line["text"] for row in db.session.scalars(select(Notice).where(Notice.kind == "domains"))]
        letters = [row.subject for row in db.session.scalars(select(Envelope).where(Envelope.kind == "domain_lost"))]
    assert lines.count("%(domain)s no longer leads here") == 1
    assert letters == [f"{NAME} no longer leads here"]


def test_a_certificate_that_ends_soon_is_told_of_once(domain, clock):
    domain.says(Pretend.EXPIRING)
    domain.looked_at()
    with domain.house.office():
        letters = list(db.session.scalars(select(Envelope.subject).where(Envelope.kind == "domain_ends")))
    assert len(letters) == 1
    assert NAME in letters[0]


def test_it_is_looked_at_less_and_less_often(domain, clock):
    waits = []
    for _ in range(8):
        domain.worker.run_due()
        waits.append((domain.told("next_look_at") - domain.told("looked_at")).total_seconds())
        domain.worker.let_time_pass()
    assert waits == sorted(waits)
    assert waits[0] == 15
    assert waits[-1] >= 3600


def test_nobody_looks_for_a_proof_for_ever_and_somebody_may_ask_again(domain, clock):
    domain.worker.run_due()
    clock.shift(31 * 86400)
    domain.worker.let_time_pass()
    domain.worker.run_due()
    assert domain.told("next_look_at") is None
    assert domain.says(Pretend.READY) is State.LIVE


def test_looks_leave_one_process_and_no_heap_of_attempts(domain):
    for _ in range(5):
        domain.looked_at()
    with domain.house.office():
        processes = list(db.session.scalars(select(Process).where(Process.plan_name == "domain.watch")))
        assert len(processes) == 1
        assert processes[0].quiet
        assert db.session.scalars(select(Attempt).where(Attempt.process_id == processes[0].id)).all() == []


# ------------------------------------------------------------------------------------------------------- whose it is


def test_a_name_that_somebody_else_has_gets_the_same_answer_as_one_of_ours(live, south):
    lines = []
    for name in (NAME, "meridian.shop.localhost", "nobody.office.localhost"):
        with pytest.raises(Invalid) as refused, south.office():
            actions.add(name=name, door=Door.SHOP)
        lines.append((refused.value.line.text, set(refused.value.line.values)))
    assert set(map(repr, lines)) == {repr((CANNOT_BE_ADDED, {"name"}))}


def test_a_name_nobody_has_proved_keeps_nobody_out(domain, south, adding):
    """Else anybody could keep a competitor from his own name by adding it first."""
    theirs = adding(south)
    assert theirs.says(Pretend.READY) is State.LIVE
    assert domain.says(Pretend.READY) is State.WAITING
    assert "cannot be added here" in str(domain.told("hints")[0][1])
    assert hosts_of(domain.house) == {}


def test_proofs_are_bound_to_tenant_and_name(domain, south, adding, north):
    others = [adding(south), adding(north, "www.nordlicht.example")]
    assert len({one.told("proof") for one in (domain, *others)}) == 3


def test_a_removed_name_is_remembered_and_needs_another_proof(live, adding, north):
    former = live.told("proof")
    with north.office():
        actions.remove(live.row())
    assert hosts_of(north) == {}
    again = adding(north)
    assert again.told("proof") != former
    assert again.state is State.WAITING
    with north.office():
        states = db.session.scalars(select(Domain.state).where(Domain.name == NAME).order_by(Domain.id))
        assert list(states) == [State.REMOVED, State.WAITING]


def test_what_is_removed_stays_removed(live, north):
    with north.office():
        actions.remove(live.row())
    live.worker.run_due()
    with north.office():
        row = live.row()
        for verb in (actions.remove, actions.look_now, actions.make_main):
            with pytest.raises(Conflict):
                verb(row)
    with north.office():
        assert [
            one.state for one in db.session.scalars(select(Process).where(Process.plan_name == "domain.watch"))
        ] == ["done"]


def test_a_name_is_added_once(domain, north):
    with pytest.raises(Invalid, match="already"), north.office():
        actions.add(name=NAME.upper(), door=Door.OFFICE)


def test_nobody_adds_names_without_end(north, adding):
    for number in range(20):
        adding(north, f"n{number}.nordlicht.example")
    with pytest.raises(Invalid, match="20"):
        adding(north, "one-more.nordlicht.example")


def test_a_closed_tenants_names_are_let_go(live, meridian):
    with live.house.app.app_context():
        tenants.give_up(db.session.get(Tenant, live.house.tenant_id))
        db.session.commit()
    live.worker.let_time_pass()
    live.worker.run_due()
    assert hosts_of(live.house) == {}


# ------------------------------------------------------------------------------------------------------- the records


def test_the_records_to_copy_are_whole(domain):
    with domain.house.office():
        proof, alias = queries.records(domain.row())
    assert (proof.kind, proof.name, proof.value) == (
        "TXT",
        f"_domain-proof.{NAME}",
        f"domain-proof={domain.told('proof')}",
    )
    assert (alias.kind, alias.name, alias.value, alias.seen) == ("CNAME", NAME, "shop.localhost", ())


def test_the_top_of_a_zone_gets_addresses_instead_of_an_alias(domain):
    domain.says(Pretend.APEX)
    with domain.house.office():
        _, *ways = queries.records(domain.row())
    assert [(one.kind, one.value) for one in ways] == [("A", "203.0.113.10"), ("AAAA", "2001:db8::10")]


def test_what_was_really_seen_stands_beside(domain):
    domain.says(Pretend.ELSEWHERE)
    with domain.house.office():
        proof, alias = queries.records(domain.row())
    assert (proof.word, alias.word, alias.seen) == ("Right", "Wrong", ("198.51.100.7",))


def test_a_smaller_edition_watches_no_domains(domain, north):
    """One that still waits for its proof does not keep the edition, and must not come to life behind its back."""
    with north.office():
        db.session.get(Tenant, north.tenant_id).edition_code = tenants.BASIC
    assert domain.says(Pretend.READY) is State.WAITING
    assert hosts_of(north) == {}
    with north.office():
        db.session.get(Tenant, north.tenant_id).edition_code = tenants.PREMIUM
    assert domain.looked_at() is State.LIVE
