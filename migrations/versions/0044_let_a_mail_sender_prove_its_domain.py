"""Let a mail sender prove that the domain it sends from is its own.  Whoever sends already goes on."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None

TABLE = "mail_sender"
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    fresh = sa.text("replace(gen_random_uuid()::text, '-', '')")
    op.add_column(TABLE, sa.Column("selector", sa.String(length=63), nullable=False, server_default=""))
    op.add_column(TABLE, sa.Column("proof", sa.String(length=64), nullable=False, server_default=fresh))
    op.alter_column(TABLE, "proof", server_default=None)
    op.add_column(TABLE, sa.Column("proved_at", MOMENT))
    op.add_column(TABLE, sa.Column("looked_at", MOMENT))
    op.add_column(TABLE, sa.Column("marks", postgresql.JSONB(), nullable=False, server_default="{}"))
    op.execute("update mail_sender set proved_at = now() where own")


def downgrade() -> None:
    for name in ("marks", "looked_at", "proved_at", "proof", "selector"):
        op.drop_column(TABLE, name)
