"""`leaks TENANT`: looks through a tenant's storefront for anything that tells whose platform it runs on."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from portal.commands.standing import in_app
from portal.config import Fault

if TYPE_CHECKING:
    from portal.core.scope import Scope
    from portal.leaks.report import Find


def offer(commands: Any) -> None:
    leaks = commands.add_parser(
        "leaks",
        help="what a tenant's storefront tells of those above him",
        description=__doc__,
        epilog="The exit status is 1 when there is a leak.",
    )
    leaks.add_argument("tenant", metavar="TENANT", help="its Client ID, its host, or its name")
    leaks.set_defaults(run=look_for_leaks)


def look_for_leaks(options: argparse.Namespace) -> int:
    with in_app() as app, app.app_context():
        from portal.core.scope import acting
        from portal.leaks import looking
        from portal.leaks.report import Where

        scope = _scope_of(options.tenant)
        with acting(scope):
            report = looking.everything()
        finds = report.finds
        print(f"{report.score} of 100: {len(report.looked)} things looked at, {len(finds)} leaks")
        if not any(place.where is Where.PAGE and place.address.startswith("/account") for place in report.looked):
            print("No page behind the sign-in was seen.")
        for find in finds:
            print("\n".join(_told(find)))
        return 1 if finds else 0


def _told(find: Find) -> Iterator[str]:
    whose = ("the platform", "the provider")[find.level] if find.level < 2 else f"{find.level} tiers above"  # noqa: PLR2004
    yield f"\n{find.what}: {find.term} ({whose}), in a {find.where}"
    if find.around:
        yield f"  … {find.around} …"
    yield from (f"  {place}" for place in find.places)
    if find.count > len(find.places):
        yield f"  and {find.count - len(find.places)} more"


def _scope_of(word: str) -> Scope:
    from portal.tenants.queries import scopes_named

    found = scopes_named(word)
    if not found:
        raise Fault(f"no tenant is called {word}", "name its Client ID, as in ABCD-2345, its host, or its whole name")
    if len(found) > 1:
        raise Fault(f"{len(found)} tenants are called {word}", "name the Client ID of the one you mean")
    return found[0]
