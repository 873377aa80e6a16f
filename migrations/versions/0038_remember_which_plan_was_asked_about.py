"""Remember by its key which plan a visitor asked about, so that the price he saw can be explained."""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None

NAMES = {"product_key": 26, "plan_word": 60}


def upgrade() -> None:
    for name, length in NAMES.items():
        op.add_column("enquiry", sa.Column(name, sa.String(length=length), nullable=False, server_default=""))
        op.alter_column("enquiry", name, server_default=None)


def downgrade() -> None:
    for name in NAMES:
        op.drop_column("enquiry", name)
