"""`migrate`: bring the database to the newest revision and raise the walls between tenants."""

from __future__ import annotations

import argparse
from typing import Any

from portal.commands.standing import on_stores


def offer(commands: Any) -> None:
    parser = commands.add_parser("migrate", help="bring the database up to date", description=__doc__)
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--check", action="store_true", help="change nothing; fail when something is to be done")
    what.add_argument(
        "--write", metavar="MESSAGE", help="for developers: write the revision that makes it what the models say"
    )
    parser.set_defaults(run=migrate)


def migrate(options: argparse.Namespace) -> int:
    with on_stores() as settings:
        from portal.commands import schema

        if options.check:
            found = [f"pending: {one}" for one in schema.pending(settings)]
            found += [f"differs: {one}" for one in schema.differences(settings)]
            print("\n".join(found or ["The database is as it must be."]))
            return int(bool(found))
        applied = schema.migrate(settings, walls=not options.write)
        print("\n".join(f"applied {one}" for one in applied) or "Nothing was pending.")
        if options.write:
            print(f"wrote {schema.write(settings, options.write)}; read it, then: python3 -m portal migrate")
        return 0
