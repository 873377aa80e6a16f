"""Tell the log what a row is part of."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "log_record",
        sa.Column("whole", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
    )
    op.add_column("log_record", sa.Column("whole_id", sa.String(), nullable=True))
    op.create_index(
        op.f("log_record_tenant_id_whole_id_at_idx"), "log_record", ["tenant_id", "whole_id", "at"], unique=False
    )


def downgrade() -> None:
    op.drop_index(op.f("log_record_tenant_id_whole_id_at_idx"), table_name="log_record")
    op.drop_column("log_record", "whole_id")
    op.drop_column("log_record", "whole")
