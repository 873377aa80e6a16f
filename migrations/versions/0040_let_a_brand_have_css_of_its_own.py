"""Let a brand have CSS of its own, and keep for a while what of it is only looked at."""

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("brand", sa.Column("css", sa.String(), server_default="", nullable=False))
    op.create_table(
        "fitting",
        sa.Column("tenant_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("css", sa.String(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fitting_tenant_id_fk")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("fitting_pk")),
        sa.UniqueConstraint("tenant_id", "name", name=op.f("fitting_tenant_id_name_key")),
    )


def downgrade() -> None:
    op.drop_table("fitting")
    op.drop_column("brand", "css")
