"""Create a Tenant Reseller: what the two answers to Save and OK cost, besides the hash of a typed password."""

from __future__ import annotations

from statistics import median
from time import process_time
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from portal.accounts import actions as accounts
from portal.accounts.models import Kind
from portal.users.passwords import hash_password
from tests.accounts.conftest import TERMS
from tests.bench.figures import Tell
from tests.bench.stopwatch import milliseconds
from tests.browsing import Browser
from tests.catalogue.sheets import US, imported, price_list
from tests.world import House, World

LIMIT = 35
PASSWORD = "violet harbour ladder 93"


def test_create_a_tenant_reseller(world: World, tell: Tell, is_long) -> None:
    with world.meridian.office():
        imported(US)
        price_list("US Retail")
    keller = Keller(world.meridian)
    for number in range(30 if is_long else 8):
        keller.create(_account(world.meridian, number))
    hashing = _hashing(world)
    save, confirm = keller.middle("Save") - hashing, keller.middle("OK")
    tell(
        "Create-tenant POST: CPU besides the password hash",
        f"{confirm:.1f} ms (the warning before it {save:.1f} ms)",
        f"{LIMIT} ms",
        kept=max(save, confirm) <= LIMIT,
    )


def _hashing(world: World) -> float:
    with world.meridian.app.app_context():
        return milliseconds({"hash": lambda: hash_password(PASSWORD)}, rounds=3, times=3)["hash"]


class Clocked:
    """A client that tells what the last thing it sent cost."""

    def __init__(self, client: FlaskClient) -> None:
        self.get, self._client, self.spent = client.get, client, 0.0

    def post(self, *where: Any, **what: Any) -> TestResponse:
        begun = process_time()
        answer = self._client.post(*where, **what)
        self.spent = (process_time() - begun) * 1000
        return answer


class Keller(Browser):
    """Notes what each of his buttons costs."""

    def __init__(self, house: House) -> None:
        self.clock = Clocked(house.client())
        super().__init__(self.clock)
        self.spent: dict[str, list[float]] = {"Save": [], "OK": []}

    def middle(self, button: str) -> float:
        """Processor milliseconds; the first time, when everything is new to the process, does not count."""
        return median(self.spent[button][1:])

    def create(self, account: str) -> None:
        self.open(f"/accounts/{account}/tenant")
        person = {"name": "Nora Whitfield", "email": "nora@larkspur.example", "username": "nora.whitfield"}
        assert self.press("Save", how="password", password=PASSWORD, **person) == 200, self.text
        assert self.press("OK") == 303, self.text

    def press(self, button: str, **typed: Any) -> int:
        status = self.send(button=button, **typed).status_code
        self.spent[button].append(self.clock.spent)
        return status


def _account(house: House, number: int) -> str:
    with house.office():
        return accounts.open_account(**{**TERMS, "name": f"Larkspur {number}", "kind": Kind.RESELLER}).key
