"""What dispatch and shift bundles keep."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Bring the tables from the revision before to this one."""
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
        "queues",
        sa.Column("team_id", sa.String(length=120), nullable=False),
        sa.Column("rank", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name="fk_queues_team_id"),
        sa.PrimaryKeyConstraint("team_id", "rank", name="pk_queues"),
    )
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
    op.add_column("claims", sa.Column("number", sa.Integer(), nullable=False))
    op.add_column("claims", sa.Column("rank", sa.Integer(), nullable=False))
    op.add_column("claims", sa.Column("position", sa.BigInteger(), nullable=False))
    op.create_index(
        "ix_claims_held",
        "claims",
        ["member_id", "team_id", "until"],
        unique=False,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_index(
        "ix_claims_place", "claims", ["member_id", "team_id", "rank", "position"], unique=False
    )
    op.add_column("slots", sa.Column("rank", sa.Integer(), nullable=False))
    op.add_column("slots", sa.Column("warnings", sa.Text(), nullable=False))
    op.drop_index("ix_slots_batch", table_name="slots")
    op.create_index(
        "ix_slots_batch",
        "slots",
        ["team_id", "batch_id", "state", "rank", "position"],
        unique=False,
    )
    op.drop_index("ix_slots_free", table_name="slots", sqlite_where=sa.text("state = 0"))
    op.create_index(
        "ix_slots_free",
        "slots",
        ["team_id", "rank", "position", "number"],
        unique=False,
        sqlite_where=sa.text("state = 0"),
        postgresql_where=sa.text("state = 0"),
    )
    op.create_index(
        "ix_slots_warned",
        "slots",
        ["team_id", "warnings", "rank", "position"],
        unique=False,
        sqlite_where=sa.text("state = 0"),
        postgresql_where=sa.text("state = 0"),
    )
    op.drop_column("slots", "priority")
