"""Keep what is sent when the sign-in is over."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "unsent_form",
        sa.Column("tenant_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("address", sa.String(length=1000), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "user_id"],
            ["user.tenant_id", "user.id"],
            name=op.f("unsent_form_tenant_id_user_id_fk"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("unsent_form_tenant_id_fk")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("unsent_form_pk")),
        sa.UniqueConstraint("tenant_id", "token_hash", name=op.f("unsent_form_tenant_id_token_hash_key")),
    )
    op.create_index(op.f("unsent_form_tenant_id_user_id_idx"), "unsent_form", ["tenant_id", "user_id"], unique=False)


def downgrade() -> None:
    op.drop_table("unsent_form")
