"""How a request finds the tenant it is for: by the host it came to, or by the Client ID in its address.

Only platform tables are read here, so it works before anybody is acted for.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from sqlalchemy import Row, Select, bindparam, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import aliased
from sqlalchemy.sql import func
from werkzeug.middleware.proxy_fix import ProxyFix

from portal.core.db import db
from portal.core.here import Here, House
from portal.core.scope import Scope, acting_scope
from portal.tenants import client_ids, hosts
from portal.tenants.models import Door, Edition, Host, Organization, Tenant

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

    from portal.config import Settings


_LOOK = re.compile(r"[A-Za-z0-9_.-]+")


@dataclass(frozen=True, slots=True)
class Way:
    """Where an address leads before the database is asked: to which door, and by which sign of the tenant."""

    door: Door
    host: str  # lower case, without port
    own: bool = False  # the host names its tenant
    outside: bool = False  # it is none of ours: whether it is anybody's domain, and of which door, `placed` asks
    client_id: str | None = None  # from /@<client-id>/
    look: str | None = None  # from /~<word>/: what would be worn


def way(environ: WSGIEnvironment, settings: Settings) -> Way:
    """The way this request takes: the office host, `<name>.` before it, the neutral shop host, `<name>.` before that."""
    host = hosts.plain(str(environ.get("HTTP_HOST") or environ.get("SERVER_NAME") or ""))
    host = host if host.isprintable() else ""  # nobody's, and nothing that a database could be asked about
    office, shop = hosts.plain(settings.office_host), hosts.plain(settings.shop_host)
    look = environ.get("vitrine.look")
    if host == office:
        return Way(Door.OFFICE, host)
    if host.endswith(f".{office}"):
        return Way(Door.OFFICE, host, own=True)
    if host == shop:
        return Way(Door.SHOP, host, client_id=environ.get("vitrine.client_id"), look=look)
    return Way(Door.SHOP, host, own=True, outside=not host.endswith(f".{shop}"), look=look)


def placed(way: Way) -> Way:
    """The way by a host outside of ours: to the door that its tenant has made of it; to nobody's, where it is nobody's.

    A name keeps its door as long as it is somebody's, so what was found is remembered; it is forgotten when the name
    turns out to be his no longer.  One statement, or none.
    """
    if not way.outside:
        return way
    try:
        door = _door_of(way.host)
    except LookupError:
        return replace(way, own=False)
    return replace(way, own=False) if door is Door.OFFICE and way.look else replace(way, door=door)


@lru_cache(maxsize=20_000)
def _door_of(host: str) -> Door:
    door = db.session.scalar(select(Host.door).where(Host.name == host, Host.outside, Host.serves))
    if door is None:
        raise LookupError(host)  # not remembered: it may be somebody's in a moment
    return door


class Approach:
    """WSGI: believes forwarded headers from trusted proxies only.

    It turns `/@<client-id>` and, at shops, `/~<look>` into a script name.
    """

    def __init__(self, app: WSGIApplication, settings: Settings) -> None:
        self._app = app
        self._behind_proxy = ProxyFix(app, x_for=1, x_proto=1, x_host=1)
        self._trusted = settings.trusted_proxies
        self._shop, self._office = hosts.plain(settings.shop_host), hosts.plain(settings.office_host)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        forwarded = environ.get("HTTP_X_FORWARDED_HOST") if self._comes_through_proxy(environ) else None
        host = forwarded or environ.get("HTTP_HOST")  # many a proxy leaves the host as it came
        if path.startswith("/@") and hosts.plain(host or "") == self._shop:
            sign, slash, rest = path[2:].partition("/")
            client_id = client_ids.read(sign) if sign.isprintable() and " " not in sign else None
            if client_id:  # what people type may have blanks; an address, which goes into headers, has none
                environ["vitrine.client_id"] = client_id
                _enter_below(environ, f"/@{sign}", slash + rest)
        host = hosts.plain(host or "")
        if (
            environ.get("PATH_INFO", "").startswith("/~")
            and host != self._office
            and not host.endswith(f".{self._office}")
        ):
            look, slash, rest = environ["PATH_INFO"][2:].partition("/")
            if _LOOK.fullmatch(look):
                environ["vitrine.look"] = look
                _enter_below(environ, f"/~{look}", slash + rest)
        if self._comes_through_proxy(environ):
            return self._behind_proxy(environ, start_response)
        for name in ("HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_HOST", "HTTP_FORWARDED"):
            environ.pop(name, None)
        return self._app(environ, start_response)

    def _comes_through_proxy(self, environ: WSGIEnvironment) -> bool:
        peer = environ.get("REMOTE_ADDR", "")
        if not self._trusted or not peer:
            return False
        return any(ip_address(peer) in network for network in self._trusted)


def _enter_below(environ: WSGIEnvironment, part: str, rest: str) -> None:
    """The application stands below this part of the address, for this request."""
    environ["SCRIPT_NAME"] = environ.get("SCRIPT_NAME", "") + part
    environ["PATH_INFO"] = rest or "/"


def arrived_by_host(way: Way) -> tuple[Here, str | None] | None:
    """Whose host this is, and the name its pages stand under instead; None when nobody's.  One statement."""
    row = db.session.execute(_by_host(), {"host": way.host, "door": way.door}).first()
    if row is None:
        if way.outside:
            _door_of.cache_clear()  # it was somebody's when its door was asked
        return None
    elsewhere = row.main if row.main != way.host else None
    return here_from(row, way), elsewhere or row.leads_to


def led_on(address: str, host: str) -> str:
    """The same page under the host that took the place of the one that was asked for."""
    parts = urlsplit(address)
    port = f":{parts.port}" if parts.port else ""
    return parts._replace(netloc=f"{host}{port}").geturl()


def arrived_by_client_id(way: Way, client_id: str) -> Here | None:
    """The tenant of this Client ID; None when there is none.  One statement."""
    row = db.session.execute(_by_client_id(), {"client_id": client_id}).first()
    return here_from(row, way) if row else None


@lru_cache(maxsize=1)
def _by_host() -> Select[Any]:
    """Written once: to write it takes longer than to ask it, and every page of every shop asks it."""
    chosen = aliased(Host)
    main = (
        select(chosen.name)
        .where(chosen.tenant_id == Tenant.id, chosen.door == bindparam("door"), chosen.main)
        .correlate(Tenant)
        .scalar_subquery()
    )
    wanted = arriving(Host.leads_to, main.label("main")).join(Host)
    named = (Host.name == bindparam("host"), Host.door == bindparam("door"), Host.serves)
    return wanted.where(*named).execution_options(kept=True)


@lru_cache(maxsize=1)
def _by_client_id() -> Select[Any]:
    return arriving().where(Tenant.client_id == bindparam("client_id")).execution_options(kept=True)


def arriving(*also: Any) -> Select[Any]:
    """The platform's facts about a tenant that every arrival needs, to be narrowed or widened by the caller."""
    above = aliased(Tenant)
    stamps = (
        select(func.array_agg(aggregate_order_by(above.stamp, above.id)))
        .where(above.id == func.any(func.array_append(Tenant.above, Tenant.id)))
        .correlate(Tenant)
        .scalar_subquery()
    )
    return (
        select(
            Tenant.id.label("tenant_number"),
            Tenant.above,
            Tenant.client_id,
            Tenant.state.label("tenant_state"),
            Edition.name.label("edition_name"),
            Edition.features,
            stamps.label("stamps"),
            *also,
        )
        .select_from(Tenant)
        .join(Edition)
    )


def here_from(row: Row[Any], way: Way) -> Here:
    """A `Here` out of what `arriving` gave."""
    return Here(
        door=way.door,
        host=way.host,
        tenant_id=row.tenant_number,
        above=tuple(row.above),
        client_id=client_ids.spelled(row.client_id),
        state=row.tenant_state,
        edition=row.edition_name,
        features=frozenset(row.features),
        stamps=tuple(row.stamps),
        own_address=way.own or way.client_id is not None,
    )


def house_columns() -> tuple[Any, ...]:
    """What pages show of the organization; join Organization on its tenant."""
    return (
        Organization.name.label("house_name"),
        Organization.country,
        Organization.currency,
        Organization.language,
        Organization.time_zone,
        Organization.date_format,
        Organization.separate_invoices,
        Organization.price_list_id,
        Organization.suspended_because,
    )


def house_from(row: Row[Any]) -> House:
    """A `House` out of what `house_columns` gave."""
    return House(
        name=row.house_name,
        country=row.country,
        currency=row.currency,
        language=row.language,
        time_zone=row.time_zone,
        date_format=row.date_format,
        separate_invoices=row.separate_invoices,
        price_list_id=row.price_list_id,
        suspended_because=row.suspended_because,
    )


def own_house() -> House:
    """The acting tenant's house.  One statement."""
    question = select(*house_columns()).where(Organization.tenant_id == acting_scope().tenant_id)
    return house_from(db.session.execute(question).one())


def scope_of_client_id(client_id: str) -> Scope | None:
    """In whose scope a Client ID acts.  A tenant's place never changes, so what was found is remembered."""
    try:
        return _remembered(client_id)
    except LookupError:
        return None


@lru_cache(maxsize=50_000)
def _remembered(client_id: str) -> Scope:
    row = db.session.execute(select(Tenant.id, Tenant.above).where(Tenant.client_id == client_id)).first()
    if row is None:
        raise LookupError(client_id)  # not remembered: it may be reserved in a moment
    return Scope(row.id, tuple(row.above))
