"""Note who has ticked which lesson."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "lesson_progress",
        sa.Column("tenant_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "user_id"],
            ["user.tenant_id", "user.id"],
            name=op.f("lesson_progress_tenant_id_user_id_fk"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("lesson_progress_tenant_id_fk")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("lesson_progress_pk")),
        sa.UniqueConstraint("tenant_id", "user_id", "code", name=op.f("lesson_progress_tenant_id_user_id_code_key")),
    )
    op.create_index(
        op.f("lesson_progress_tenant_id_user_id_idx"), "lesson_progress", ["tenant_id", "user_id"], unique=False
    )


def downgrade() -> None:
    op.drop_index(op.f("lesson_progress_tenant_id_user_id_idx"), table_name="lesson_progress")
    op.drop_table("lesson_progress")
