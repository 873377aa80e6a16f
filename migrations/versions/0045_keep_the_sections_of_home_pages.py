"""Keep the sections of home pages, and the pictures on them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "section",
        sa.Column("tenant_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("hidden", sa.Boolean(), nullable=False),
        sa.Column("which", sa.String(length=80), nullable=False),
        sa.Column("target", sa.String(length=300), nullable=False),
        sa.Column("words", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("pictures", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("section_tenant_id_fk")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("section_pk")),
    )
    op.create_index("section_tenant_id_position_idx", "section", ["tenant_id", "position"])
    op.create_table(
        "section_picture",
        sa.Column("tenant_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sha", sa.String(length=32), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("section_picture_tenant_id_fk")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("section_picture_pk")),
        sa.UniqueConstraint("tenant_id", "sha", name=op.f("section_picture_tenant_id_sha_key")),
    )


def downgrade() -> None:
    op.drop_table("section_picture")
    op.drop_index("section_tenant_id_position_idx", table_name="section")
    op.drop_table("section")
