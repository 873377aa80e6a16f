"""Keep the menus of shops, and what is announced above their pages."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "menu_entry",
        sa.Column("tenant_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("place", sa.String(length=20), nullable=False),
        sa.Column("target", sa.String(length=300), nullable=False),
        sa.Column("words", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("hidden", sa.Boolean(), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("menu_entry_tenant_id_fk")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("menu_entry_pk")),
    )
    op.create_index("menu_entry_tenant_id_place_position_idx", "menu_entry", ["tenant_id", "place", "position"])
    op.create_table(
        "announcement",
        sa.Column("tenant_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("words", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("target", sa.String(length=300), nullable=False),
        sa.Column("begins", sa.Date(), nullable=True),
        sa.Column("ends", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("announcement_tenant_id_fk")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("announcement_pk")),
        sa.UniqueConstraint("tenant_id", name=op.f("announcement_tenant_id_key")),
    )


def downgrade() -> None:
    op.drop_table("announcement")
    op.drop_index("menu_entry_tenant_id_place_position_idx", table_name="menu_entry")
    op.drop_table("menu_entry")
