"""Let the house stand in for a mail server."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("mail_sender", sa.Column("failing_since", sa.DateTime(timezone=True), nullable=True))
    op.add_column("mail_sender", sa.Column("relieved_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("mail_sender", "relieved_at")
    op.drop_column("mail_sender", "failing_since")
