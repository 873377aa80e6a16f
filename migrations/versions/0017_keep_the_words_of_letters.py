"""Keep the words that tenants write for their letters."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "message_text",
        sa.Column("tenant_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("subject", sa.String(length=300), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("message_text_tenant_id_fk")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("message_text_pk")),
        sa.UniqueConstraint("tenant_id", "kind", "language", name=op.f("message_text_tenant_id_kind_language_key")),
    )


def downgrade() -> None:
    op.drop_table("message_text")
