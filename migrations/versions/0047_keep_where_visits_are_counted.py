"""Keep where the visits of a shop are counted."""

import sqlalchemy as sa
from alembic import op

revision = "0047"
down_revision = "0046"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "analytics",
        sa.Column("tenant_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("address", sa.String(length=200), nullable=False),
        sa.Column("site", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("analytics_tenant_id_fk")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("analytics_pk")),
        sa.UniqueConstraint("tenant_id", name=op.f("analytics_tenant_id_key")),
    )


def downgrade() -> None:
    op.drop_table("analytics")
