"""A front server asks whether it may get a certificate; nobody else learns that one can ask."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from werkzeug.test import Client
from werkzeug.wrappers import Response

from portal.app import create_app
from portal.core.db import db
from portal.domains import actions, front
from portal.domains.models import Pretend
from portal.tenants import own_hosts
from portal.tenants.models import Tenant
from tests.domains.conftest import NAME
from tests.domains.test_names import HOSTILE, OURS

ASKED = "/internal/tls/allowed"
SECRET = "a secret of two machines"


@pytest.fixture
def asking(app):
    """A front server on this machine, with nothing remembered."""
    return Front(app, app.config["VITRINE"])


class Front:
    def __init__(self, app: Any, settings: Any) -> None:
        self.server = front.FrontServer(app, app.wsgi_app.inner, settings)
        self.app = app

    def ask(self, name: str | None, **more: Any) -> Any:
        options = {"base_url": "http://127.0.0.1:8000", "environ_base": {"REMOTE_ADDR": "127.0.0.1"}}
        options |= {"query_string": {} if name is None else {"domain": name}} | more
        return Client(self.server, Response).open(ASKED, **options)

    def status(self, name: str | None, **more: Any) -> int:
        return self.ask(name, **more).status_code


@pytest.mark.parametrize(
    ("what", "status"),
    [
        (Pretend.NOTHING, 404),
        (Pretend.WRONG_PROOF, 404),
        (Pretend.PROOF_ALONE, 200),
        (Pretend.NO_CERTIFICATE, 200),
        (Pretend.READY, 200),
    ],
)
def test_only_a_proved_name_may_be_certified(domain, app, what, status):
    domain.says(what)
    assert Front(app, app.config["VITRINE"]).status(NAME) == status


def test_a_lost_one_may_as_long_as_its_proof_stands(live, app):
    live.says(Pretend.EXPIRED)
    live.looked_at()
    assert Front(app, app.config["VITRINE"]).status(NAME) == 200
    live.says(Pretend.NOTHING)
    assert Front(app, app.config["VITRINE"]).status(NAME) == 404


@pytest.mark.parametrize("state", ["suspended", "closed"])
def test_names_of_tenants_who_do_not_work_may_not(live, asking, state):
    with live.house.app.app_context():
        db.session.get(Tenant, live.house.tenant_id).move(to=state)
        db.session.commit()
    assert asking.status(NAME) == 404


def test_a_removed_name_may_not(live, asking):
    with live.house.office():
        actions.remove(live.row())
    assert asking.status(NAME) == 404


def test_everything_else_gets_the_same_no(asking, live):
    yes = asking.ask(NAME)
    assert "Nordlicht" not in str(yes.headers)
    for name in (*HOSTILE, *OURS, None, "stranger.example", f"x.{NAME}"):
        answer = asking.ask(name)
        assert (answer.status_code, answer.data, dict(answer.headers)) == (404, b"", dict(yes.headers)), name


def test_a_name_is_asked_for_once(asking, live):
    assert asking.ask(None, query_string=f"domain={NAME}").status_code == 200
    assert asking.ask(None, query_string=f"domain={NAME}&domain={NAME}").status_code == 404
    assert asking.ask(None, query_string=f"domain={NAME.upper()}.").status_code == 200
    assert asking.status(NAME, method="POST") == 404


@pytest.mark.parametrize(
    "more",
    [
        {"environ_base": {"REMOTE_ADDR": "203.0.113.9"}},
        {"environ_base": {"REMOTE_ADDR": ""}},
        {"headers": {"X-Forwarded-For": "203.0.113.9"}},
        {"headers": {"X-Forwarded-Proto": "https"}},
        {"headers": {"Forwarded": "for=203.0.113.9"}},
        {"headers": {"Via": "1.1 proxy"}},
        {"base_url": f"http://{NAME}"},
        {"base_url": "http://north.shop.localhost:8000"},
        {"base_url": "http://office.localhost:8000"},
        {"base_url": "http://127.0.0.1.evil.example"},
    ],
)
def test_to_everybody_else_it_is_a_page_that_is_not_there(asking, live, more):
    """Past a proxy, from elsewhere, or under a public name: the answer is that of any address nobody has."""
    answer = asking.ask(NAME, **more)
    assert answer.status_code != 200
    other = asking.ask("stranger.example", **more)
    assert (answer.status_code, answer.location) == (
        other.status_code,
        (other.location or "").replace("stranger.example", NAME) or None,
    )


def test_a_secret_opens_it_from_another_machine_and_is_asked_for_on_this(app, live):
    far = {"environ_base": {"REMOTE_ADDR": "203.0.113.9"}, "base_url": "http://inside.example:8000"}
    one = Front(app, replace(app.config["VITRINE"], front_secret=SECRET))
    assert one.ask(NAME, headers={"X-Front-Secret": SECRET}, **far).status_code == 200
    assert one.ask(None, query_string={"secret": SECRET, "domain": NAME}, **far).status_code == 200
    for wrong in ("", "x", SECRET[:-1], SECRET + " ", "é"):
        assert one.ask(None, query_string={"secret": wrong, "domain": NAME}, **far).status_code == 404
    assert one.status(NAME) == 404
    assert one.ask(None, query_string={"secret": SECRET, "domain": "stranger.example"}, **far).status_code == 404


def test_an_answer_counts_for_seconds_and_then_is_asked_anew(live, asking, monkeypatch):
    moment = [1000.0]
    monkeypatch.setattr(front, "monotonic", lambda: moment[0])
    assert asking.status(NAME) == 200
    with live.house.office():
        actions.remove(live.row())
    assert asking.status(NAME) == 200, "kept"
    moment[0] += front.KEPT + 0.1
    assert asking.status(NAME) == 404


def test_without_a_database_nothing_is_allowed(app, settings):
    away = create_app(replace(settings, database_url="postgresql+psycopg://nobody@127.0.0.1:1/nothing"))
    assert Front(away, settings).status(NAME) == 503


def test_what_is_remembered_is_bounded(asking, monkeypatch):
    monkeypatch.setattr(front, "MOST_KEPT", 5)
    for number in range(9):
        asking.status(f"n{number}.example")
    assert len(asking.server.kept) == 5


def test_the_app_itself_answers_front_servers(app, live):
    answer = app.test_client().get(
        f"{ASKED}?domain={NAME}", base_url="http://127.0.0.1:8000", environ_base={"REMOTE_ADDR": "127.0.0.1"}
    )
    assert answer.status_code == 200
    with app.app_context():
        assert own_hosts.may_be_certified(NAME)
