"""Let a brand be published in time."""

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("brand", sa.Column("publishes_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("brand", sa.Column("publishes_because", sa.String(length=300), nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("brand", "publishes_because")
    op.drop_column("brand", "publishes_at")
