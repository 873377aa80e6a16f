"""`found` and `demo`: the distributor and his first administrator; then something invented to look at."""

from __future__ import annotations

import argparse
import os
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


def found_distributor(options: argparse.Namespace) -> None:
    """The initial password is read from VITRINE_PASSWORD, or made and shown once."""
    given = os.environ.get("VITRINE_PASSWORD") or None
    with in_app() as app, app.app_context():
        from portal.overview import founding

        if is_founded():
            raise Fault("the distributor is founded already", "sign in, or invite further users at the office")
        facts = _understood(options)
        if given:
            _need_good_password(given, facts)
        first = founding.found(**facts, password=given)
        shown = "as given" if given else f"{first.password} (to be changed at the first sign-in)"
        print(f"Client ID  {first.client_id}\nUsername   {first.username}\nPassword   {shown}")


def load_demo(options: argparse.Namespace) -> None:
    with in_app() as app, app.app_context():
        from portal.overview import demo

        if not is_founded():
            raise Fault("there is no distributor yet", "python3 -m portal found")
        demo.load(tenants=options.tenants)


def is_founded() -> bool:
    from portal.tenants.queries import root_scope

    return root_scope() is not None


def _understood(options: argparse.Namespace) -> dict[str, Any]:
    """What was typed, judged by the same fields as in the office.  Raises Fault."""
    from werkzeug.datastructures import MultiDict

    from portal.core import regions
    from portal.core.forms import Choice, Email, Form, Text
    from portal.users.models import NAME_LENGTH

    class FoundingForm(Form):
        once = None
        name = Text("--name", longest=NAME_LENGTH)
        administrator = Text("--administrator", longest=NAME_LENGTH)
        email = Email("--email")
        username = Text("--username", longest=NAME_LENGTH)
        country = Choice("--country", regions.countries())
        currency = Choice("--currency", regions.currencies())
        language = Choice("--language", regions.languages())
        time_zone = Choice("--time-zone", regions.time_zones())

    form = FoundingForm(MultiDict(vars(options)), meta={"csrf": False})
    if not form.validate():
        field = next(field for field in form if field.errors)
        raise Fault(f"{field.label.text} {field.data!r}: {field.errors[0]}", "python3 -m portal found --help")
    return form.facts()


def _need_good_password(password: str, facts: dict[str, Any]) -> None:
    from portal.core.errors import Invalid
    from portal.users.passwords import check_password_rules

    try:
        check_password_rules(password, about=[facts[one] for one in ("name", "administrator", "email", "username")])
    except Invalid as invalid:
        remedy = "choose another, or leave it unset: one is made and shown once"
        raise Fault(f"VITRINE_PASSWORD is weak. {invalid.line.plain}", remedy) from None


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) > MOST_TENANTS:
        raise argparse.ArgumentTypeError(f"a whole number up to {MOST_TENANTS}")
    return int(text)
