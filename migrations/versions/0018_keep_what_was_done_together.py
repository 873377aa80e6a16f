"""Keep what was done with several rows at once, so that it can be taken back."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "deed",
        sa.Column("tenant_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("place", sa.String(length=80), nullable=False),
        sa.Column("verb", sa.String(length=60), nullable=False),
        sa.Column("changed", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "user_id"],
            ["user.tenant_id", "user.id"],
            name=op.f("deed_tenant_id_user_id_fk"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("deed_tenant_id_fk")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("deed_pk")),
    )
    op.create_index(op.f("deed_tenant_id_user_id_at_idx"), "deed", ["tenant_id", "user_id", "at"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("deed_tenant_id_user_id_at_idx"), table_name="deed")
    op.drop_table("deed")
