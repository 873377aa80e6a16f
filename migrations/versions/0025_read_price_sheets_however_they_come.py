"""Read price sheets however they come."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sheet_mapping",
        sa.Column("tenant_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("header", sa.String(length=64), nullable=False),
        sa.Column("layout", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(length=120), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("sheet_mapping_tenant_id_fk")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("sheet_mapping_pk")),
        sa.UniqueConstraint("tenant_id", "header", name=op.f("sheet_mapping_tenant_id_header_key")),
    )
    for name, kind, born in (
        ("header", postgresql.JSONB(), "[]"),
        ("layout", postgresql.JSONB(), "{}"),
        ("sample", postgresql.JSONB(), "[]"),
        ("plain", sa.String(length=64), ""),
        ("plain_size", sa.Integer(), "0"),
    ):
        op.add_column("price_sheet", sa.Column(name, kind, nullable=False, server_default=born))
        op.alter_column("price_sheet", name, server_default=None)
    op.execute("update price_sheet set plain = sha, plain_size = size")


def downgrade() -> None:
    for name in ("plain_size", "plain", "sample", "layout", "header"):
        op.drop_column("price_sheet", name)
    op.drop_table("sheet_mapping")
