"""Count what is broken in a price sheet."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

COLUMNS = ("read_whole", "read_broken", "faults")


def upgrade() -> None:
    for column in COLUMNS:
        op.add_column("price_sheet", sa.Column(column, sa.Integer(), server_default="0", nullable=False))
    # sheets that wait to be applied are judged again: they must know what was broken in them
    for table in ("price_sheet", "sheet_error"):
        op.execute(f"alter table {table} no force row level security")  # the owner sees all; raised again after this
    op.execute(
        "update price_sheet s set read_broken = coalesce((s.counts ->> 'broken')::int, 0),"
        " read_whole = coalesce((s.counts ->> 'lines')::int - (s.counts ->> 'broken')::int, 0),"
        " faults = (select count(*) from sheet_error e where e.tenant_id = s.tenant_id and e.sheet_id = s.id)"
    )
    for table in ("price_sheet", "sheet_error"):
        op.execute(f"alter table {table} force row level security")
    for column in COLUMNS:
        op.alter_column("price_sheet", column, server_default=None)


def downgrade() -> None:
    for column in reversed(COLUMNS):
        op.drop_column("price_sheet", column)
