"""Keep the domains of tenants."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "domain",
        sa.Column("tenant_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=253), nullable=False),
        sa.Column("door", sa.String(length=10), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("proof", sa.String(length=64), nullable=False),
        sa.Column("wants_main", sa.Boolean(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("looks", sa.Integer(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("looked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("next_look_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sight", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("warned_for", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("domain_tenant_id_fk")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("domain_pk")),
    )
    op.create_index(
        "domain_one_living",
        "domain",
        ["tenant_id", "name"],
        unique=True,
        postgresql_where=sa.text("state <> 'removed'"),
    )
    op.create_table(
        "pretence",
        sa.Column("tenant_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("domain_id", sa.Uuid(), nullable=False),
        sa.Column("what", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "domain_id"],
            ["domain.tenant_id", "domain.id"],
            name=op.f("pretence_tenant_id_domain_id_fk"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("pretence_tenant_id_fk")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pretence_pk")),
        sa.UniqueConstraint("tenant_id", "domain_id", name=op.f("pretence_tenant_id_domain_id_key")),
    )
    op.add_column("host", sa.Column("outside", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.alter_column("host", "outside", server_default=None)
    op.add_column("host", sa.Column("serves", sa.Boolean(), nullable=False, server_default=sa.true()))
    op.alter_column("host", "serves", server_default=None)
    op.add_column("host", sa.Column("main", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.alter_column("host", "main", server_default=None)
    op.create_index("host_one_main", "host", ["tenant_id", "door"], unique=True, postgresql_where=sa.text("main"))


def downgrade() -> None:
    op.drop_index("host_one_main", table_name="host", postgresql_where=sa.text("main"))
    op.drop_column("host", "main")
    op.drop_column("host", "serves")
    op.drop_column("host", "outside")
    op.drop_table("pretence")
    op.drop_index("domain_one_living", table_name="domain", postgresql_where=sa.text("state <> 'removed'"))
    op.drop_table("domain")
