"""Keep the steps of a draft."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "draft_step",
        sa.Column("tenant_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("brand_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kept", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("record_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "brand_id"],
            ["brand.tenant_id", "brand.id"],
            name=op.f("draft_step_tenant_id_brand_id_fk"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("draft_step_tenant_id_fk")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("draft_step_pk")),
        sa.UniqueConstraint("tenant_id", "brand_id", "number", name=op.f("draft_step_tenant_id_brand_id_number_key")),
    )
    op.add_column("brand", sa.Column("step", sa.Integer(), nullable=False, server_default="0"))


def downgrade() -> None:
    op.drop_column("brand", "step")
    op.drop_table("draft_step")
