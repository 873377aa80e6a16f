"""What a start finds or makes in the database, and what it tells the person at the terminal."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from portal.config import Settings

if TYPE_CHECKING:
    from flask import Flask

DEMO_TENANTS = 2
DISTRIBUTOR = {
    "name": "Meridian Cloud Distribution",
    "administrator": "Ada Marsh",
    "email": "ada.marsh@meridian.example",
}


def prepare(settings: Settings, *, empty: bool) -> dict[str, Any]:
    """Migrate, check the walls, found when nothing is there; what `up.json` is to say, without what it said before."""
    from portal.app import create_app
    from portal.commands import catalogues, schema

    catalogues.compile_stale()
    if schema.pending(settings) or schema.wall_gaps(settings):
        schema.migrate(settings)  # locks every table for a moment: not at each start
        schema.need_walls(settings)
    app = create_app(settings)
    with app.app_context():
        from portal.tenants.queries import root_scope

        founded = root_scope() is not None
    facts = {} if founded else _first(app, empty=empty)
    with app.app_context():
        return {**facts, "storefronts": storefronts()}


def _first(app: Flask, *, empty: bool) -> dict[str, Any]:
    """The distributor, and with the demo everything else one may want to look at."""
    from portal.overview import founding

    with app.app_context():
        first = founding.found(**DISTRIBUTOR, lasting=not empty)
    if not empty:
        from portal.overview import demo

        with app.app_context():
            demo.load(tenants=DEMO_TENANTS)
    return {"client_id": first.client_id, "username": first.username, "password": first.password}


def storefronts() -> list[dict[str, str]]:
    """Every open storefront, each told by its own tenant."""
    from sqlalchemy import select

    from portal.core.db import db
    from portal.core.scope import acting
    from portal.tenants import client_ids, hosts
    from portal.tenants.models import State, Tenant
    from portal.tenants.queries import organization

    tenants = db.session.scalars(select(Tenant).where(Tenant.state == State.ACTIVE).order_by(Tenant.id)).all()
    found = []
    for tenant in tenants:
        address = hosts.shop_url(hosts.name_of(tenant.id))
        with acting(tenant.scope):
            name = organization().name
        found.append({"name": name, "url": address, "client_id": client_ids.spelled(tenant.client_id)})
    return found


def keep(settings: Settings, facts: dict[str, Any]) -> dict[str, Any]:
    """Write `instance/up.json` for its owner alone.  The first password is known only from the first start's own file."""
    path = settings.instance / "up.json"
    whole = {
        "office_url": settings.office_url,
        **{name: _before(path).get(name, "") for name in ("client_id", "username", "password")},
        **facts,
        "mail_dir": str(settings.mail_folder),
    }
    draft = path.with_suffix(".draft")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        json.dump(whole, file, indent=2, ensure_ascii=False)
    draft.replace(path)
    return whole


def told(settings: Settings, facts: dict[str, Any]) -> str:
    """The short table at the terminal."""
    rows = [
        ("Office", facts["office_url"]),
        ("Client ID", facts["client_id"]),
        ("Username", facts["username"]),
        ("Password", facts["password"] or "as you set it (forgotten: the link on the sign-in page)"),
        *((f"Shop {one['name']}", one["url"]) for one in facts["storefronts"]),
        ("Letters", "by mail" if settings.mail_url else facts["mail_dir"]),
    ]
    wide = max(len(label) for label, _ in rows)
    table = "\n".join(f"  {label:<{wide}}  {value}" for label, value in rows)
    return (
        f"\nVitrine is ready.\n\n{table}\n\n"
        "First: sign in at the office, open an account of kind Reseller, press Create a Tenant Reseller.\n"
        f"The same is in {settings.instance / 'up.json'}. Ctrl-C stops everything.\n"
    )


def _before(path: Path) -> dict[str, Any]:
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return said if isinstance(said, dict) else {}
