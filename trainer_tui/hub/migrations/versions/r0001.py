"""The tables of the first hub."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Bring the tables from the revision before to this one."""
    op.create_table(
        "attempts",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("until", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_attempts"),
    )
    op.create_table(
        "audit",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.Column("actor", sa.String(length=120), nullable=False),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("team_id", sa.String(length=120), nullable=True),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("details", sa.LargeBinary(), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_audit"),
    )
    op.create_table(
        "audit_head",
        sa.Column("only", sa.Integer(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("only", name="pk_audit_head"),
    )
    op.create_table(
        "hub",
        sa.Column("only", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(length=120), nullable=False),
        sa.Column("epoch", sa.String(length=120), nullable=False),
        sa.Column("cursor_key", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("only", name="pk_hub"),
    )
    op.create_table(
        "members",
        sa.Column("id", sa.String(length=120), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("password", sa.Text(), nullable=True),
        sa.Column("bundle_key", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.Column("disabled_at", sa.Double(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_members"),
        sa.UniqueConstraint("name", name="uq_members_name"),
    )
    op.create_table(
        "set_aside",
        sa.Column("id", sa.String(length=120), nullable=False),
        sa.Column("op_id", sa.String(length=120), nullable=False),
        sa.Column("member_id", sa.String(length=120), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("received_at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_set_aside"),
    )
    op.create_index("ix_set_aside_op_id", "set_aside", ["op_id"], unique=False)
    op.create_table(
        "teams",
        sa.Column("id", sa.String(length=120), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_teams"),
    )
    op.create_table(
        "batches",
        sa.Column("team_id", sa.String(length=120), nullable=False),
        sa.Column("id", sa.String(length=120), nullable=False),
        sa.Column("head", sa.LargeBinary(), nullable=False),
        sa.Column("overlap", sa.Integer(), nullable=False),
        sa.Column("claim_seconds", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("published_by", sa.String(length=120), nullable=False),
        sa.Column("published_at", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name="fk_batches_team_id"),
        sa.PrimaryKeyConstraint("team_id", "id", name="pk_batches"),
    )
    op.create_table(
        "bundles",
        sa.Column("member_id", sa.String(length=120), nullable=False),
        sa.Column("id", sa.String(length=120), nullable=False),
        sa.Column("received_at", sa.Double(), nullable=False),
        sa.Column("facts", sa.LargeBinary(), nullable=False),
        sa.Column("results", sa.LargeBinary(), nullable=False),
        sa.Column("answered_at", sa.Double(), nullable=True),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name="fk_bundles_member_id"),
        sa.PrimaryKeyConstraint("member_id", "id", name="pk_bundles"),
    )
    op.create_table(
        "changes",
        sa.Column("team_id", sa.String(length=120), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("member_id", sa.String(length=120), nullable=True),
        sa.Column("op_id", sa.String(length=120), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.Column("at", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name="fk_changes_team_id"),
        sa.PrimaryKeyConstraint("team_id", "seq", name="pk_changes"),
    )
    op.create_index("ix_changes_member", "changes", ["team_id", "member_id", "seq"], unique=False)
    op.create_table(
        "claims",
        sa.Column("id", sa.String(length=120), nullable=False),
        sa.Column("team_id", sa.String(length=120), nullable=False),
        sa.Column("task_id", sa.String(length=120), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("batch_id", sa.String(length=120), nullable=False),
        sa.Column("member_id", sa.String(length=120), nullable=False),
        sa.Column("request_id", sa.String(length=120), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("granted_at", sa.Double(), nullable=False),
        sa.Column("until", sa.Double(), nullable=False),
        sa.Column("ended_at", sa.Double(), nullable=True),
        sa.Column("why", sa.String(length=20), nullable=True),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name="fk_claims_member_id"),
        sa.PrimaryKeyConstraint("id", name="pk_claims"),
    )
    op.create_index(
        "ix_claims_held",
        "claims",
        ["member_id", "team_id", "until"],
        unique=False,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_index("ix_claims_member", "claims", ["member_id", "team_id", "task_id"], unique=False)
    op.create_index(
        "ix_claims_place", "claims", ["member_id", "team_id", "rank", "position"], unique=False
    )
    op.create_index("ix_claims_request", "claims", ["member_id", "request_id"], unique=False)
    op.create_index("ix_claims_task", "claims", ["team_id", "task_id"], unique=False)
    op.create_table(
        "counters",
        sa.Column("team_id", sa.String(length=120), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name="fk_counters_team_id"),
        sa.PrimaryKeyConstraint("team_id", name="pk_counters"),
    )
    op.create_table(
        "memberships",
        sa.Column("team_id", sa.String(length=120), nullable=False),
        sa.Column("member_id", sa.String(length=120), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("certified", sa.Boolean(), nullable=False),
        sa.Column("since", sa.Double(), nullable=False),
        sa.Column("ended_at", sa.Double(), nullable=True),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name="fk_memberships_member_id"),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name="fk_memberships_team_id"),
        sa.PrimaryKeyConstraint("team_id", "member_id", name="pk_memberships"),
    )
    op.create_index("ix_memberships_member", "memberships", ["member_id"], unique=False)
    op.create_table(
        "operations",
        sa.Column("op_id", sa.String(length=120), nullable=False),
        sa.Column("team_id", sa.String(length=120), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("member_id", sa.String(length=120), nullable=False),
        sa.Column("session_id", sa.String(length=120), nullable=True),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("task_id", sa.String(length=120), nullable=True),
        sa.Column("batch_id", sa.String(length=120), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("conflict", sa.Boolean(), nullable=False),
        sa.Column("received_at", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name="fk_operations_member_id"),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name="fk_operations_team_id"),
        sa.PrimaryKeyConstraint("op_id", name="pk_operations"),
        sa.UniqueConstraint("team_id", "seq", name="uq_operations_team_id"),
    )
    op.create_index(
        "ix_operations_member", "operations", ["member_id", "team_id", "task_id"], unique=False
    )
    op.create_index("ix_operations_task", "operations", ["team_id", "task_id"], unique=False)
    op.create_table(
        "queues",
        sa.Column("team_id", sa.String(length=120), nullable=False),
        sa.Column("rank", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name="fk_queues_team_id"),
        sa.PrimaryKeyConstraint("team_id", "rank", name="pk_queues"),
    )
    op.create_table(
        "sessions",
        sa.Column("id", sa.String(length=120), nullable=False),
        sa.Column("member_id", sa.String(length=120), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("device", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.Column("used_at", sa.Double(), nullable=False),
        sa.Column("expires_at", sa.Double(), nullable=False),
        sa.Column("ended_at", sa.Double(), nullable=True),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name="fk_sessions_member_id"),
        sa.PrimaryKeyConstraint("id", name="pk_sessions"),
        sa.UniqueConstraint("digest", name="uq_sessions_digest"),
    )
    op.create_index("ix_sessions_member_id", "sessions", ["member_id"], unique=False)
    op.create_table(
        "stretches",
        sa.Column("member_id", sa.String(length=120), nullable=False),
        sa.Column("team_id", sa.String(length=120), nullable=False),
        sa.Column("rank", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("first", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name="fk_stretches_member_id"),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name="fk_stretches_team_id"),
        sa.PrimaryKeyConstraint("member_id", "team_id", "rank", "first", name="pk_stretches"),
    )
    op.create_table(
        "tasks",
        sa.Column("team_id", sa.String(length=120), nullable=False),
        sa.Column("id", sa.String(length=120), nullable=False),
        sa.Column("batch_id", sa.String(length=120), nullable=False),
        sa.Column("warnings", sa.Text(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["team_id", "batch_id"], ["batches.team_id", "batches.id"], name="fk_tasks_team_id"
        ),
        sa.PrimaryKeyConstraint("team_id", "id", name="pk_tasks"),
    )
    op.create_index("ix_tasks_batch", "tasks", ["team_id", "batch_id"], unique=False)
    op.create_table(
        "slots",
        sa.Column("team_id", sa.String(length=120), nullable=False),
        sa.Column("task_id", sa.String(length=120), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("batch_id", sa.String(length=120), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("warnings", sa.Text(), nullable=False),
        sa.Column("state", sa.SmallInteger(), nullable=False),
        sa.Column("claim_id", sa.String(length=120), nullable=True),
        sa.Column("until", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(
            ["team_id", "task_id"], ["tasks.team_id", "tasks.id"], name="fk_slots_team_id"
        ),
        sa.PrimaryKeyConstraint("team_id", "task_id", "number", name="pk_slots"),
    )
    op.create_index(
        "ix_slots_batch",
        "slots",
        ["team_id", "batch_id", "state", "rank", "position"],
        unique=False,
    )
    op.create_index(
        "ix_slots_free",
        "slots",
        ["team_id", "rank", "position", "number"],
        unique=False,
        sqlite_where=sa.text("state = 0"),
        postgresql_where=sa.text("state = 0"),
    )
    op.create_index(
        "ix_slots_taken",
        "slots",
        ["team_id", "until"],
        unique=False,
        sqlite_where=sa.text("state = 1"),
        postgresql_where=sa.text("state = 1"),
    )
    op.create_index(
        "ix_slots_warned",
        "slots",
        ["team_id", "warnings", "rank", "position"],
        unique=False,
        sqlite_where=sa.text("state = 0"),
        postgresql_where=sa.text("state = 0"),
    )
    if op.get_bind().dialect.name == "postgresql":
        # What was taken stays at the head of the index of free slots until a vacuum, and each
        # claim steps over it: by default that would be a fifth of the table.
        op.execute(
            "ALTER TABLE slots SET (autovacuum_vacuum_scale_factor = 0.005,"
            " autovacuum_vacuum_threshold = 1000)"
        )
