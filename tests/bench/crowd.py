"""A large catalogue, and a crowd of tenants below its owner, each of whom says fifty of the products differently."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal

import psycopg

from portal.catalogue.models import Billing, Plan, Product, PurchasePrice, RecommendedPrice, Segment, Term
from portal.core.db import db
from portal.tenants.actions import raise_stamp
from tests.world import House

PLANS = [(term, billing) for term in Term for billing in (Billing.MONTHLY, Billing.ANNUAL)]
OVERLAYS = 50
PRICES = """
insert into purchase_price
select (jsonb_populate_record(r, jsonb_build_object(
         'id', gen_random_uuid(), 'plan_id', l.id, 'amount', round((1 + n * 7919 %% 99991) * 1.00 / 100, 2)))).*
  from purchase_price r,
       (select l.id, row_number() over (order by p.code, l.id) n from plan l
          join product p on p.tenant_id = l.tenant_id and p.id = l.product_id
         where l.tenant_id = %(owner)s and l.product_id <> %(like)s and p.name like 'Lumen 0%%') l
 where r.tenant_id = %(owner)s
   and r.plan_id = (select id from plan where tenant_id = %(owner)s and product_id = %(like)s order by id limit 1)
"""
STOCK = {
    "product": """
insert into product
select (jsonb_populate_record(p, jsonb_build_object(
         'id', gen_random_uuid(), 'code', 'P' || lpad(n::text, 6, '0'), 'slug', 'p' || lpad(n::text, 6, '0'),
         'name', 'Lumen ' || lpad((n * 7919 %% %(many)s)::text, 6, '0')))).*
  from product p, generate_series(1, %(many)s - 1) n where p.tenant_id = %(owner)s and p.id = %(like)s
""",
    "plan": """
insert into plan
select (jsonb_populate_record(l, jsonb_build_object('id', gen_random_uuid(), 'product_id', p.id))).*
  from plan l, product p
 where l.tenant_id = %(owner)s and l.product_id = %(like)s and p.tenant_id = %(owner)s and p.id <> %(like)s
   and p.name like 'Lumen 0%%'
""",
    "purchase_price": PRICES,
    "recommended_price": PRICES.replace("purchase_price", "recommended_price").replace("* 1.00", "* 1.25"),
}
CROWD = """
with fresh as (
  insert into tenant (parent_id, above, client_id, state, state_since, edition_code, stamp, created_at)
  select t.parent_id, t.above, 'C' || lpad(n::text, 7, '0'), t.state, t.state_since, t.edition_code, 0, t.created_at
    from tenant t, generate_series(1, %(count)s) n where t.id = %(like)s
  returning id, client_id
), known as (
  insert into organization
  select (jsonb_populate_record(o, jsonb_build_object('tenant_id', f.id, 'id', gen_random_uuid(),
                                                      'name', 'Crowd ' || f.client_id))).*
    from organization o, fresh f where o.tenant_id = %(like)s
), open as (
  insert into storefront
  select (jsonb_populate_record(s, jsonb_build_object('tenant_id', f.id, 'id', gen_random_uuid()))).*
    from storefront s, fresh f where s.tenant_id = %(like)s
)
insert into host (name, tenant_id, door, outside, serves, main)
    select lower(client_id) || '.shop.localhost', id, 'shop', false, true, false from fresh;
"""
REWORDED = """
insert into overlay (tenant_id, id, product_tenant_id, product_id, name, summary, hidden, version)
select t.id, gen_random_uuid(), p.tenant_id, p.id,
       case when k %% 2 = 0 then 'Ours ' || p.name end, case when k %% 3 = 0 then 'As we say it' end, k %% 10 = 0, 1
  from (select id, row_number() over (order by id) - 1 as n from tenant where parent_id is not null) t,
       generate_series(0, %(each)s - 1) k,
       lateral (select * from goods where goods.n = (t.n * 37 + k * 199) %% %(many)s) p;
"""
GOODS = """
create temporary table goods as
select tenant_id, id, name, row_number() over (order by code) - 1 as n from product where tenant_id = %(owner)s;
create unique index on goods (n);
analyze goods;
"""


def stock(owner: House, many: int, url: str) -> None:
    """Products of every price, six plans each: one as the app writes it, the others in its likeness by the superuser."""
    with owner.office():
        product = Product(code="P000000", slug="p000000", name="Lumen 000000", vendor="Lumen", unit="user")
        db.session.add(product)
        db.session.flush()
        terms = {"product_id": product.id, "segment": Segment.COMMERCIAL}
        plans = [Plan(**terms, term=term, billing=billing) for term, billing in PLANS]
        db.session.add_all(plans)
        db.session.flush()
        place = {"market": "US", "currency": "USD", "valid_from": date(2026, 1, 1)}
        for plan in plans:
            db.session.add(PurchasePrice(plan_id=plan.id, amount=Decimal("1.00"), **place))
            db.session.add(RecommendedPrice(plan_id=plan.id, amount=Decimal("1.25"), **place))
        raise_stamp()
    facts = {"owner": owner.tenant_id, "like": product.id, "many": many}
    with psycopg.connect(url, autocommit=True) as hands:
        for table, statement in STOCK.items():
            hands.execute(statement, facts)  # type: ignore[call-overload]
            hands.execute(f"vacuum analyze {table}")  # type: ignore[call-overload]


@contextmanager
def visiting(house: House) -> Iterator[None]:
    """As a page of its shop is asked for."""
    with house.app.test_request_context(f"http://{house.word}.shop.localhost:8000/products"):
        house.app.preprocess_request()
        yield


def gather(count: int, *, like: House, owner: House, many: int, url: str) -> None:
    """So many tenants like this one beside it; they, it and all others below the owner reword fifty of its products."""
    facts = {"count": count, "like": like.tenant_id, "owner": owner.tenant_id, "many": many, "each": OVERLAYS}
    with psycopg.connect(url, autocommit=True) as hands:
        for statement in (CROWD + GOODS + REWORDED).split(";\n"):
            if statement.strip():
                hands.execute(statement, facts)  # type: ignore[call-overload]
        for table in ("tenant", "organization", "host", "overlay"):
            hands.execute(f"vacuum analyze {table}")  # type: ignore[call-overload]
