"""`routes` and `permissions`: what the doors open, for people and for the tests that ask every door."""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING, Any

from portal import config

if TYPE_CHECKING:
    from flask import Flask


def offer(commands: Any) -> None:
    for name, says, run in (
        ("routes", "every address with method, door, permission and parameters", show_routes),
        ("permissions", "every permission, and the roles that hold it", show_permissions),
    ):
        parser = commands.add_parser(name, help=says, description=__doc__)
        parser.add_argument("--json", action="store_true", help="for programs")
        parser.set_defaults(run=run)


def show_routes(options: argparse.Namespace) -> None:
    from portal.core.routes import routes

    found = list(routes(unconnected_app()))
    if options.json:
        print(json.dumps(found, indent=1))
        return
    for one in found:
        print(f"{one['door']:<7}{one['method']:<7}{one['rule']:<60}{one['permission'] or 'open to all'}")


def show_permissions(options: argparse.Namespace) -> None:
    found = permissions(unconnected_app())
    if options.json:
        print(json.dumps(found, indent=1))
        return
    for name, roles in found.items():
        print(f"{name:<20}{', '.join(roles)}")


def permissions(app: Flask) -> dict[str, list[str]]:
    """Every permission that is asked for or given, with the roles that hold it."""
    from portal.core.routes import routes
    from portal.users.roles import PERMISSIONS, Role

    asked = {one["permission"] for one in routes(app) if one["permission"]}
    return {name: [str(role) for role in Role if name in role.permissions] for name in sorted(asked | PERMISSIONS)}


def unconnected_app() -> Flask:
    """The application without its stores: neither its map nor its templates need any."""
    from portal.app import create_app

    nowhere = {name: f"postgresql://{name}@/nowhere" for name in ("database_url", "database_owner_url")}
    return create_app(config.read().with_stores(**nowhere, redis_url="redis://nowhere"))
