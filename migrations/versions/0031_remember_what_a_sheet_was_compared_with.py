"""Remember what a sheet was compared with."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("price_sheet", sa.Column("judged", postgresql.JSONB(), nullable=False, server_default="{}"))
    op.alter_column("price_sheet", "judged", server_default=None)


def downgrade() -> None:
    op.drop_column("price_sheet", "judged")
