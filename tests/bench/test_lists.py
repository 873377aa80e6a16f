"""The lists of the office: how many statements, with few rows and with many."""

from __future__ import annotations

from tests.bench.figures import Tell
from tests.bench.stock import Stock, asked_by
from tests.queries import MOST
from tests.world import World

LISTS = {
    "accounts": "/accounts",
    "tenant resellers": "/tenants",
    "tenant resellers' processes": "/tenants/processes",
    "processes": "/processes",
    "users": "/users",
    "products": "/products",
    "price lists": "/price-lists",
    "price sheets": "/price-sheets",
    "log": "/log",
}
FEW, MANY = 3, 60


def test_a_list_asks_no_more_however_many_rows_there_are(world: World, tell: Tell) -> None:
    stock, keller, asked = Stock(world.meridian), world.meridian.client(), {}
    for count in (FEW, MANY):
        stock.fill(count)
        asked[count] = {name: asked_by(keller, path) for name, path in LISTS.items()}
    for name in LISTS:
        few, many = len(asked[FEW][name]), len(asked[MANY][name])
        tell(
            f"Office, {name}: statements with {FEW} and {MANY} rows",
            f"{few} and {many}",
            str(MOST),
            kept=max(few, many) <= MOST,
        )
    over = {name: found for name, found in asked[MANY].items() if len(found) > MOST}
    assert not over, over
