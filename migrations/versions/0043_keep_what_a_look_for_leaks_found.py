"""Keep what a look for leaks found."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "leak_look",
        sa.Column("tenant_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("process_id", sa.Uuid(), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("looked", sa.Integer(), nullable=False),
        sa.Column("tainted", sa.Integer(), nullable=False),
        sa.Column("had_customer", sa.Boolean(), nullable=False),
        sa.Column("finds", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("leak_look_tenant_id_fk")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("leak_look_pk")),
    )
    op.create_index("leak_look_tenant_id_begun_at_idx", "leak_look", ["tenant_id", "begun_at"])


def downgrade() -> None:
    op.drop_table("leak_look")
