"""Schedule and undo price sheets."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sheet_trace",
        sa.Column("tenant_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sheet_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("row_id", sa.Uuid(), nullable=False),
        sa.Column("before", postgresql.JSONB(), nullable=True),
        sa.Column("after", postgresql.JSONB(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "sheet_id"],
            ["price_sheet.tenant_id", "price_sheet.id"],
            name=op.f("sheet_trace_tenant_id_sheet_id_fk"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("sheet_trace_tenant_id_fk")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("sheet_trace_pk")),
        sa.UniqueConstraint(
            "tenant_id", "sheet_id", "kind", "row_id", name=op.f("sheet_trace_tenant_id_sheet_id_kind_row_id_key")
        ),
    )
    op.create_index(op.f("sheet_trace_tenant_id_sheet_id_idx"), "sheet_trace", ["tenant_id", "sheet_id"], unique=False)
    op.add_column("price_sheet", sa.Column("starts_on", sa.Date(), nullable=True))
    op.add_column("price_sheet", sa.Column("judged_line", sa.Integer(), nullable=True))
    op.add_column("price_sheet", sa.Column("vendors", postgresql.JSONB(), nullable=False, server_default="[]"))
    op.alter_column("price_sheet", "vendors", server_default=None)
    op.add_column("price_sheet", sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("sheet_row", sa.Column("begins", sa.Date(), nullable=True))
    op.add_column("sheet_row", sa.Column("percent", sa.Numeric(precision=18, scale=4), nullable=True))


def downgrade() -> None:
    op.drop_column("sheet_row", "percent")
    op.drop_column("sheet_row", "begins")
    op.drop_column("price_sheet", "undone_at")
    op.drop_column("price_sheet", "vendors")
    op.drop_column("price_sheet", "judged_line")
    op.drop_column("price_sheet", "starts_on")
    op.drop_index(op.f("sheet_trace_tenant_id_sheet_id_idx"), table_name="sheet_trace")
    op.drop_table("sheet_trace")
