"""Keep what people are told, and how they want to hear of it."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "notice",
        sa.Column("tenant_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("line", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("place", sa.String(length=300), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("notice_tenant_id_fk")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("notice_pk")),
    )
    op.create_index(op.f("notice_tenant_id_user_id_created_at_idx"), "notice", ["tenant_id", "user_id", "created_at"])
    op.create_index("notice_unread", "notice", ["tenant_id", "user_id"], postgresql_where=sa.text("read_at is null"))
    op.create_table(
        "switch",
        sa.Column("tenant_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("bell", sa.Boolean(), nullable=False),
        sa.Column("mail", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("switch_tenant_id_fk")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("switch_pk")),
        sa.UniqueConstraint("tenant_id", "user_id", "kind", name=op.f("switch_tenant_id_user_id_kind_key")),
    )


def downgrade() -> None:
    op.drop_table("switch")
    op.drop_table("notice")
