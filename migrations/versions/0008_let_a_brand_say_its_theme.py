"""Let a brand say its theme."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("brand", sa.Column("theme", sa.String(length=40), server_default="plain", nullable=False))


def downgrade() -> None:
    op.drop_column("brand", "theme")
