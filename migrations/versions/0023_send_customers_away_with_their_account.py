"""Send customers away with their account."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

_TABLES = ("user", "account")


def upgrade() -> None:
    op.add_column("user", sa.Column("away", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.alter_column("user", "away", server_default=None)
    for table in _TABLES:
        op.execute(f'alter table "{table}" no force row level security')  # the owner sees all; raised again after this
    op.execute(
        """update "user" u set away = true, state = 'disabled' from account a
           where a.tenant_id = u.tenant_id and a.id = u.account_id and u.kind = 'customer'
           and a.archived_at is not null and u.state <> 'disabled'"""
    )
    for table in _TABLES:
        op.execute(f'alter table "{table}" force row level security')


def downgrade() -> None:
    op.drop_column("user", "away")
