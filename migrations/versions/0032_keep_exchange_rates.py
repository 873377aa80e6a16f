"""Keep exchange rates."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "exchange_rate",
        sa.Column("tenant_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("base", sa.String(length=3), nullable=False),
        sa.Column("quote", sa.String(length=3), nullable=False),
        sa.Column("rate", sa.Numeric(precision=20, scale=10), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("source", sa.String(length=120), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("exchange_rate_tenant_id_fk")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("exchange_rate_pk")),
        sa.UniqueConstraint("tenant_id", "base", "quote", "on", name=op.f("exchange_rate_tenant_id_base_quote_on_key")),
    )
    op.create_index(op.f("exchange_rate_tenant_id_on_idx"), "exchange_rate", ["tenant_id", "on"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("exchange_rate_tenant_id_on_idx"), table_name="exchange_rate")
    op.drop_table("exchange_rate")
