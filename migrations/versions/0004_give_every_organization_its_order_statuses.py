"""Give every organization its numbering and its order statuses; keep states and doors as their own words.

The owner of the tables is fenced like everybody else, so the fence is put down for as long as rows are rewritten; the
walls are raised again at the end of every migration.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from portal.core.keys import new_id

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

NUMBER = """update organization set numbering =
    '{"account": "ACC", "order": "ORD", "subscription": "SUB", "invoice": "INV"}'::jsonb where numbering = '{}'::jsonb"""
STATUSES = (
    ("draft", "Draft", "plain", False),
    ("submitted", "Submitted", "busy", False),
    ("executed", "Executed", "good", True),
    ("cancelled", "Cancelled", "plain", True),
)


def upgrade() -> None:
    made = op.create_table(
        "order_status",
        sa.Column("tenant_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("tone", sa.String(length=20), nullable=False),
        sa.Column("final", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("order_status_tenant_id_fk")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("order_status_pk")),
        sa.UniqueConstraint("tenant_id", "code", name=op.f("order_status_tenant_id_code_key")),
    )
    _rewrite("organization", NUMBER)
    _rewrite("counter", "update counter set series = 'account' where series = 'ACC'")
    op.bulk_insert(made, [row for tenant_id in _organizations() for row in _statuses(tenant_id)])
    op.execute("update tenant set state = lower(state)")
    op.execute("update host set door = lower(door)")


def downgrade() -> None:
    op.execute("update host set door = upper(door)")
    op.execute("update tenant set state = upper(state)")
    _rewrite("counter", "update counter set series = 'ACC' where series = 'account'")
    op.drop_table("order_status")


def _rewrite(table: str, statement: str) -> None:
    op.execute(f'alter table "{table}" no force row level security')
    op.execute(statement)
    op.execute(f'alter table "{table}" force row level security')


def _organizations() -> list[int]:
    op.execute("alter table organization no force row level security")
    found = op.get_bind().execute(sa.text("select tenant_id from organization")).scalars().all()
    op.execute("alter table organization force row level security")
    return list(found)


def _statuses(tenant_id: int) -> list[dict[str, object]]:
    columns = ("code", "name", "tone", "final")
    return [
        {"tenant_id": tenant_id, "id": new_id(), "position": position, **dict(zip(columns, status, strict=True))}
        for position, status in enumerate(STATUSES, start=1)
    ]
