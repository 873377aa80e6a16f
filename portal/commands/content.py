"""`found`, `demo` and `import`: what is brought into an installation from the terminal."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import Any

from portal.commands.standing import in_app
from portal.config import Fault

MOST_TENANTS = 10_000


def offer(commands: Any) -> None:
    found = commands.add_parser("found", help="found the distributor and his first administrator")
    found.add_argument("--name", required=True, help="the distributor's name")
    found.add_argument("--administrator", required=True, metavar="NAME", help="the first administrator's own name")
    found.add_argument("--email", required=True, help="the administrator's address")
    found.add_argument("--username", default="admin", help="the administrator's name at sign-in (admin)")
    found.add_argument("--country", default="US", help="two letters (US)")
    found.add_argument("--currency", default="USD", help="three letters (USD)")
    found.add_argument("--language", default="en", help="en or de (en)")
    found.add_argument("--time-zone", default="UTC", help="as in Europe/Berlin (UTC)")
    found.set_defaults(run=found_distributor)

    demo = commands.add_parser("demo", help="load invented tenants, accounts and prices to look at")
    demo.add_argument("--tenants", type=_count, default=2, metavar="N", help="how many tenants (2)")
    demo.set_defaults(run=load_demo)

    bring = commands.add_parser("import", help="bring a file in")
    kinds = bring.add_subparsers(metavar="KIND", required=True)
    sheet = kinds.add_parser(
        "price-sheet", help="a vendor's price sheet (CSV); its rows become a process, as in the office"
    )
    sheet.add_argument("file", type=Path, metavar="FILE")
    sheet.set_defaults(run=import_price_sheet)


def found_distributor(options: argparse.Namespace) -> None:
    """The initial password is read from VITRINE_PASSWORD, or made and shown once."""
    given = os.environ.get("VITRINE_PASSWORD") or None
    facts = {name: value for name, value in vars(options).items() if name not in ("run", "more")}
    with in_app() as app, app.app_context():
        from portal.overview import founding

        if _is_founded():
            raise Fault("the distributor is founded already", "sign in, or invite further users at the office")
        first = founding.found(**facts, password=given)
        shown = "as given" if given else f"{first.password} (to be changed at the first sign-in)"
        print(f"Client ID  {first.client_id}\nUsername   {first.username}\nPassword   {shown}")


def load_demo(options: argparse.Namespace) -> None:
    with in_app() as app, app.app_context():
        from portal.overview import demo

        if not _is_founded():
            raise Fault("there is no distributor yet", "python3 -m portal found")
        demo.load(tenants=options.tenants)


def _is_founded() -> bool:
    from portal.tenants.queries import root_scope

    return root_scope() is not None


def import_price_sheet(options: argparse.Namespace) -> None:
    """Read, compare and apply it at once, as the distributor's; broken rows stay in the office's error sheet."""
    if not options.file.is_file():
        raise Fault(f"{options.file} is not a file", "name the CSV file the vendor sent")
    with in_app() as app, app.app_context():
        from portal.audit.actor import Actor, acting_as
        from portal.catalogue.actions.sheets import import_sheet
        from portal.core.db import db
        from portal.core.errors import Invalid
        from portal.core.scope import acting
        from portal.tenants.queries import root_scope

        distributor = root_scope()
        if distributor is None:
            raise Fault("there is no distributor yet", "python3 -m portal found")
        with acting(distributor), acting_as(Actor(kind="system", name="python3 -m portal import")):
            try:
                with options.file.open("rb") as stream:
                    sheet = import_sheet(options.file.name, stream)
            except Invalid as invalid:
                raise Fault(
                    f"{options.file} is no price sheet: {invalid.line.plain}", "see the sheet's first line"
                ) from None
            db.session.commit()
            print(f"{sheet.name}: " + ", ".join(f"{count} {verdict}" for verdict, count in sheet.counts.items()))


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) > MOST_TENANTS:
        raise argparse.ArgumentTypeError(f"a whole number up to {MOST_TENANTS}")
    return int(text)
