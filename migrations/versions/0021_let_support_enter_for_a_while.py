"""Let support of the tenant above enter for a while, and the tenant say whether."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "support_entry",
        sa.Column("tenant_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("sign_in_id", sa.Uuid(), nullable=True),
        sa.Column("person_name", sa.String(length=120), nullable=False),
        sa.Column("provider", sa.String(length=120), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("reach", sa.String(length=20), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("token_hash", sa.LargeBinary(), nullable=True),
        sa.Column("host", sa.String(length=253), nullable=False),
        sa.Column("page", sa.String(length=500), nullable=False),
        sa.Column("parent_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "parent_id"],
            ["tenant.id", "tenant.parent_id"],
            name=op.f("support_entry_tenant_id_parent_id_fk"),
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("support_entry_tenant_id_fk")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("support_entry_pk")),
        sa.UniqueConstraint("tenant_id", "token_hash", name=op.f("support_entry_tenant_id_token_hash_key")),
    )
    op.create_index(op.f("support_entry_parent_id_idx"), "support_entry", ["parent_id"], unique=False)
    op.create_index(
        op.f("support_entry_tenant_id_asked_at_idx"), "support_entry", ["tenant_id", "asked_at"], unique=False
    )
    op.create_index(
        "support_entry_one_living",
        "support_entry",
        ["tenant_id", "person_id"],
        unique=True,
        postgresql_where=sa.text("state in ('waiting', 'ready', 'open')"),
    )
    op.create_table(
        "support_consent",
        sa.Column("tenant_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("reach", sa.String(length=20), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "entry_id"],
            ["support_entry.tenant_id", "support_entry.id"],
            name=op.f("support_consent_tenant_id_entry_id_fk"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("support_consent_tenant_id_fk")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("support_consent_pk")),
        sa.UniqueConstraint("tenant_id", "entry_id", name=op.f("support_consent_tenant_id_entry_id_key")),
    )
    op.create_index(
        op.f("support_consent_tenant_id_entry_id_idx"), "support_consent", ["tenant_id", "entry_id"], unique=False
    )
    op.create_table(
        "support_rules",
        sa.Column("tenant_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("policy", sa.String(length=20), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("parent_id", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_id", "parent_id"],
            ["tenant.id", "tenant.parent_id"],
            name=op.f("support_rules_tenant_id_parent_id_fk"),
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("support_rules_tenant_id_fk")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("support_rules_pk")),
        sa.UniqueConstraint("tenant_id", name=op.f("support_rules_tenant_id_key")),
    )
    op.create_index(op.f("support_rules_parent_id_idx"), "support_rules", ["parent_id"], unique=False)


def downgrade() -> None:
    op.drop_table("support_rules")
    op.drop_table("support_consent")
    op.drop_table("support_entry")
