"""Let users say how pages are written for them."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name, length in (("language", 12), ("time_zone", 64), ("date_format", 20)):
        op.add_column("user", sa.Column(name, sa.String(length=length), nullable=False, server_default=""))
        op.alter_column("user", name, server_default=None)
    op.add_column("ticket", sa.Column("email", sa.String(length=254), nullable=False, server_default=""))
    op.alter_column("ticket", "email", server_default=None)


def downgrade() -> None:
    op.drop_column("ticket", "email")
    for name in ("date_format", "time_zone", "language"):
        op.drop_column("user", name)
