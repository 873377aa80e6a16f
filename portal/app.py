"""Puts the parts together, and nothing else."""

from __future__ import annotations

import importlib
import importlib.util
import pkgutil
from typing import Any

import flask_login
import orjson
from flask import Blueprint, current_app, g, request
from flask_wtf.csrf import CSRFProtect
from jinja2 import StrictUndefined
from sqlalchemy.exc import DBAPIError
from werkzeug.routing import MapAdapter
from werkzeug.wrappers import Request

import portal
from portal import office, shop
from portal.config import Settings
from portal.core import answering, assets, connections, dates, languages, packing, session
from portal.core.db import db
from portal.core.once import one_time_key
from portal.core.visits import VisitInterface
from portal.core.web import render, sealed, unmarked, url
from portal.domains import front, resolver
from portal.onboarding import outside
from portal.tenants import arrival
from portal.tenants.models import Door
from portal.users.audience import Audience
from portal.users.gate import UsersGate

MOST_BYTES = 80 << 20  # a price sheet of 200,000 rows
MOST_FIELD_BYTES = 2 << 20
MOST_IN_WORDS = 1 << 20  # strangers, and everybody in a shop, send words only


class Vitrine(answering.Portal):
    """The app with two doors: the URL map's subdomain slot is the door."""

    subdomain_matching = True

    def create_url_adapter(self, request: Request | None) -> MapAdapter | None:
        if request is None:
            return self.url_map.bind("", url_scheme=self.config["VITRINE"].scheme)
        way = self._placed(arrival.way(request.environ, self.config["VITRINE"]))
        request.environ["vitrine.way"], request.environ["vitrine.door"] = way, str(way.door)
        return self.url_map.bind_to_environ(request.environ, server_name=None, subdomain=str(way.door))

    def _placed(self, way: arrival.Way) -> arrival.Way:
        """A domain of a tenant's own may lead to either door, which has to be known before anything is read."""
        if not way.outside:
            return way
        with self.app_context():
            try:
                return arrival.placed(way)
            except DBAPIError:
                return way  # the door asks the database again, and answers that it is away


def create_app(settings: Settings) -> Vitrine:
    """The whole portal on these settings.  Raises when a view says nothing about who may enter."""
    app = Vitrine("portal", static_folder=None)
    app.config.update(
        VITRINE=settings,
        SECRET_KEY=settings.secret_key,
        SECRET_KEY_FALLBACKS=list(settings.former_secret_keys),
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS={
            "hide_parameters": True,  # a statement that fails is told in the log without what was typed
            "pool_size": settings.web_threads,
            "json_deserializer": orjson.loads,  # a range comes as half a megabyte of it
            "connect_args": {"prepare_threshold": None, "connect_timeout": 3},
        },
        MAX_CONTENT_LENGTH=MOST_BYTES,
        MAX_FORM_MEMORY_SIZE=MOST_FIELD_BYTES,
        WTF_CSRF_TIME_LIMIT=None,
    )
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.session_interface = VisitInterface()
    db.init_app(app)
    with app.app_context():
        session.guard(db.engine)
        connections.watch(db.engine)
    languages.install(app)
    dates.install(app)
    answering.install(app)
    packing.install(app)
    _know_people(app)
    app.extensions["vitrine.outside"] = outside.choose(settings)
    app.extensions["vitrine.resolver"] = resolver.choose(settings)
    _open_doors(app)
    guard = CSRFProtect(app)  # behind the doors: it reads what was sent, and that of a stranger is not worth reading
    for endpoint in sealed(app):
        guard.exempt(app.view_functions[endpoint])
    assets.install(app, settings.instance / "packed")
    way_in = arrival.Approach(app.wsgi_app, settings)
    app.wsgi_app = front.FrontServer(app, way_in, settings)  # type: ignore[method-assign]
    return app


def _know_people(app: Vitrine) -> None:
    app.extensions["vitrine.gate"] = UsersGate()
    app.extensions["vitrine.people"] = Audience()
    people = flask_login.LoginManager(app)
    people.request_loader(lambda _: g.get("person"))


def _open_doors(app: Vitrine) -> None:
    for blueprint in faces():
        app.register_blueprint(blueprint)
    app.before_request(_receive)
    app.context_processor(_around)
    app.jinja_env.globals.update(url=url, render=render, once=one_time_key)
    if lost := list(unmarked(app)):
        raise RuntimeError(f"these views say nothing about who may enter: {', '.join(lost)}")


def faces() -> list[Blueprint]:
    """Every blueprint in a slice's office.py and shop.py."""
    found = []
    for package in pkgutil.iter_modules(portal.__path__):
        for room in ("office", "shop"):
            name = f"portal.{package.name}.{room}"
            if package.ispkg and importlib.util.find_spec(name):
                module = importlib.import_module(name)
                found += [
                    one for one in vars(module).values() if isinstance(one, Blueprint) and one.import_name == name
                ]
    return list(dict.fromkeys(found))


def _receive() -> Any:
    way: arrival.Way = request.environ["vitrine.way"]
    answer = office.receive(way) if way.door == Door.OFFICE else shop.receive(way)
    if way.door == Door.SHOP or not g.get("person"):
        request.max_content_length = MOST_IN_WORDS
    return answer


def _around() -> dict[str, Any]:
    mode = request.cookies.get("mode", "")
    return {"here": g.get("here"), "mode": mode if mode in {"light", "dark"} else "", **office.around(current_app)}
