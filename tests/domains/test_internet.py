"""The real resolver, against a name server of the test's own that speaks the real protocol."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from dataclasses import replace

import dns.flags
import dns.message
import dns.rcode
import dns.rrset
import pytest

from portal.core.name_servers import Unanswered
from portal.domains import resolver, sights
from portal.domains.resolver import Internet

NAME = "shop.example.com"
ZONE = {
    (f"_domain-proof.{NAME}.", "TXT"): ['"domain-proof=abc"', '"v=other" "continued"'],
    (f"{NAME}.", "CNAME"): ["Shop.Cloud.Example."],
    ("shop.cloud.example.", "A"): ["203.0.113.10"],
    ("shop.cloud.example.", "AAAA"): ["2001:DB8:0::10"],
    ("example.com.", "CAA"): ['0 issue "pki.example; policy=ev"', '0 iodef "mailto:x@example.com"'],
    ("example.com.", "NS"): ["ns1.example.com."],
    ("silent.example.", "A"): [],
}


class NameServer(threading.Thread):
    """Answers what `ZONE` says, follows aliases, and says nothing at all of `silent.example`."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.line = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.line.bind(("127.0.0.1", 0))
        self.port = self.line.getsockname()[1]

    def run(self) -> None:
        while True:
            try:
                packet, peer = self.line.recvfrom(4096)
            except OSError:
                return
            question = dns.message.from_wire(packet)
            name, kind = question.question[0].name, dns.rdatatype.to_text(question.question[0].rdtype)
            if "silent" in name.to_text():
                continue
            self.line.sendto(self._answer(question, name.to_text().lower(), kind).to_wire(), peer)

    @staticmethod
    def _answer(question: dns.message.Message, name: str, kind: str) -> dns.message.Message:
        answer = dns.message.make_response(question)
        answer.flags |= dns.flags.RA
        if not any(name == known or known.endswith(f".{name}") for known, _ in ZONE):
            answer.set_rcode(dns.rcode.NXDOMAIN)
        alias = ZONE.get((name, "CNAME"))
        if alias and kind != "CNAME":
            answer.answer.append(dns.rrset.from_text(name, 60, "IN", "CNAME", *alias))
            name = alias[0].lower()
        if records := ZONE.get((name, kind)):
            answer.answer.append(dns.rrset.from_text(name, 60, "IN", kind, *records))
        return answer


@pytest.fixture
def internet(settings) -> Iterator[Internet]:
    server = NameServer()
    server.start()
    asking = Internet(replace(settings, domain_target="shop.cloud.example"))
    asking.asked.nameservers, asking.asked.port = ["127.0.0.1"], server.port
    yield asking
    server.line.close()


def test_records_are_read_as_people_copy_them(internet):
    assert internet.ask(f"_domain-proof.{NAME}", "TXT") == ("domain-proof=abc", "v=othercontinued")
    assert internet.ask(NAME, "CNAME") == ("shop.cloud.example",)
    assert internet.ask(NAME, "A") == ("203.0.113.10",), "through the alias"
    assert internet.ask("example.com", "CAA") == ('0 iodef "mailto:x@example.com"', '0 issue "pki.example; policy=ev"')


def test_what_nobody_knows_and_what_has_none_of_a_kind_are_nothing(internet):
    assert internet.ask("nobody.example", "A") == ()
    assert internet.ask("example.com", "AAAA") == ()


def test_silence_is_no_answer(internet, monkeypatch):
    monkeypatch.setattr(resolver, "PATIENCE", 0.3)
    with pytest.raises(Unanswered):
        internet.ask("silent.example", "A")
    internet.asked.nameservers = []
    with pytest.raises(Unanswered):
        internet.ask(NAME, "A")


def test_a_whole_look_at_the_real_thing(app_of_session, internet):
    with app_of_session.app_context():
        before = app_of_session.config["VITRINE"]
        app_of_session.config["VITRINE"] = replace(before, domain_target="shop.cloud.example")
        try:
            sight = sights.take(NAME, proof="abc", asking=internet)
        finally:
            app_of_session.config["VITRINE"] = before
    assert sight.is_proved
    assert sight.leads_here
    assert sight.is_certified, "over http none is needed"
    assert not sight.is_apex
    assert sight.forbidden_by == "example.com"
    assert sight.stored()["addresses6"] == ["2001:db8::10"]


def test_over_https_a_certificate_is_looked_for_where_the_name_leads(settings):
    """Nobody listens at that address of this machine: the fault is said, and nothing is raised."""
    asking = Internet(replace(settings, scheme="https"))
    seen = asking.certificate(NAME, ["127.0.0.2"])
    assert seen.expires_at is None
    assert "no certificate yet" in seen.fault.plain
