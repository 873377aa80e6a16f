"""Keep the views of lists that people save."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "saved_view",
        sa.Column("tenant_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("place", sa.String(length=80), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("query", sa.String(length=500), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "user_id"],
            ["user.tenant_id", "user.id"],
            name=op.f("saved_view_tenant_id_user_id_fk"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("saved_view_tenant_id_fk")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("saved_view_pk")),
        sa.UniqueConstraint(
            "tenant_id", "user_id", "place", "name", name=op.f("saved_view_tenant_id_user_id_place_name_key")
        ),
    )


def downgrade() -> None:
    op.drop_table("saved_view")
