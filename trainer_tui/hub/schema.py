"""The tables of the hub, the same on SQLite and PostgreSQL.

Operations and changes are append-only; what a task or a member is follows from them, and
the few columns that are kept up beside them (`slots.state`, `counters.seq`) change in the
same transaction. Moments are seconds since 1970 by the hub's clock.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Double,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

ID = String(120)
KEY = String(64)

hub = Table(
    "hub",
    metadata,
    Column("only", Integer, primary_key=True),
    Column("id", ID, nullable=False),
    Column("epoch", ID, nullable=False),
    Column("cursor_key", LargeBinary, nullable=False),
    Column("created_at", Double, nullable=False),
)
"""One row: which hub this is. A restore gives it another epoch."""

teams = Table(
    "teams",
    metadata,
    Column("id", ID, primary_key=True),
    Column("title", Text, nullable=False),
    Column("created_at", Double, nullable=False),
)

counters = Table(
    "counters",
    metadata,
    Column("team_id", ID, ForeignKey("teams.id"), primary_key=True),
    Column("seq", BigInteger, nullable=False),
)
"""The last number of each team's feed. The row is locked from its update to the commit, so
that numbers have no gap and whoever reads up to one has seen all below it."""

members = Table(
    "members",
    metadata,
    Column("id", ID, primary_key=True),
    Column("name", String(200), nullable=False, unique=True),
    Column("password", Text),
    Column("bundle_key", LargeBinary, nullable=False),
    Column("created_at", Double, nullable=False),
    Column("disabled_at", Double),
)

memberships = Table(
    "memberships",
    metadata,
    Column("team_id", ID, ForeignKey("teams.id"), primary_key=True),
    Column("member_id", ID, ForeignKey("members.id"), primary_key=True),
    Column("role", String(20), nullable=False),
    Column("certified", Boolean, nullable=False),
    Column("since", Double, nullable=False),
    Column("ended_at", Double),
    Index("ix_memberships_member", "member_id"),
)

sessions = Table(
    "sessions",
    metadata,
    Column("id", ID, primary_key=True),
    Column("member_id", ID, ForeignKey("members.id"), nullable=False, index=True),
    Column("digest", KEY, nullable=False, unique=True),
    Column("device", String(200), nullable=False),
    Column("created_at", Double, nullable=False),
    Column("used_at", Double, nullable=False),
    Column("expires_at", Double, nullable=False),
    Column("ended_at", Double),
)
"""Tokens, of which only the SHA-256 is here."""

attempts = Table(
    "attempts",
    metadata,
    Column("key", KEY, primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("until", Double, nullable=False),
)
"""Failed logins by the digest of account and address, for all processes to count together."""

batches = Table(
    "batches",
    metadata,
    Column("team_id", ID, ForeignKey("teams.id"), primary_key=True),
    Column("id", ID, primary_key=True),
    Column("head", LargeBinary, nullable=False),
    Column("overlap", Integer, nullable=False),
    Column("claim_seconds", Integer, nullable=False),
    Column("state", String(20), nullable=False),
    Column("published_by", ID, nullable=False),
    Column("published_at", Double, nullable=False),
)
"""`head` is a `BatchHead` as JSON; `overlap` how many answers each task wants; `state` is
`draft` (being sent), `open` or `closed`."""

tasks = Table(
    "tasks",
    metadata,
    Column("team_id", ID, primary_key=True),
    Column("id", ID, primary_key=True),
    Column("batch_id", ID, nullable=False),
    Column("warnings", Text, nullable=False),
    Column("body", LargeBinary, nullable=False),
    ForeignKeyConstraint(["team_id", "batch_id"], ["batches.team_id", "batches.id"]),
    Index("ix_tasks_batch", "team_id", "batch_id"),
)
"""`body` is a `Task` as JSON; `warnings` a JSON list."""

FREE, TAKEN, ANSWERED, GONE = 0, 1, 2, 3

queues = Table(
    "queues",
    metadata,
    Column("team_id", ID, ForeignKey("teams.id"), primary_key=True),
    Column("rank", Integer, primary_key=True, autoincrement=False),
    Column("last", BigInteger, nullable=False),
)
"""The last position given to a task of each rank of a team: positions have no gap."""

slots = Table(
    "slots",
    metadata,
    Column("team_id", ID, primary_key=True),
    Column("task_id", ID, primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("batch_id", ID, nullable=False),
    Column("rank", Integer, nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("warnings", Text, nullable=False),
    Column("state", SmallInteger, nullable=False),
    Column("claim_id", ID),
    Column("until", Double, nullable=False),
    ForeignKeyConstraint(["team_id", "task_id"], ["tasks.team_id", "tasks.id"]),
    Index(
        "ix_slots_free",
        "team_id",
        "rank",
        "position",
        "number",
        sqlite_where=text("state = 0"),
        postgresql_where=text("state = 0"),
    ),
    Index(
        "ix_slots_warned",
        "team_id",
        "warnings",
        "rank",
        "position",
        sqlite_where=text("state = 0"),
        postgresql_where=text("state = 0"),
    ),
    Index(
        "ix_slots_taken",
        "team_id",
        "until",
        sqlite_where=text("state = 1"),
        postgresql_where=text("state = 1"),
    ),
    Index("ix_slots_batch", "team_id", "batch_id", "state", "rank", "position"),
)
"""One row for each answer that a task wants: free, taken until a moment, answered, or gone
with its batch, which is so also before that is opened. `rank` is minus the priority and
`position` the order of publication within it, so that all of the order ascends. A taken one
whose moment has passed is free again to whoever asks next; nothing cleans up. `claim_id`
stays until another claim takes the slot."""

claims = Table(
    "claims",
    metadata,
    Column("id", ID, primary_key=True),
    Column("team_id", ID, nullable=False),
    Column("task_id", ID, nullable=False),
    Column("number", Integer, nullable=False),
    Column("batch_id", ID, nullable=False),
    Column("member_id", ID, ForeignKey("members.id"), nullable=False),
    Column("request_id", ID, nullable=False),
    Column("rank", Integer, nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("granted_at", Double, nullable=False),
    Column("until", Double, nullable=False),
    Column("ended_at", Double),
    Column("why", String(20)),
    Index("ix_claims_task", "team_id", "task_id"),
    Index("ix_claims_member", "member_id", "team_id", "task_id"),
    Index("ix_claims_place", "member_id", "team_id", "rank", "position"),
    Index("ix_claims_request", "member_id", "request_id"),
    Index(
        "ix_claims_held",
        "member_id",
        "team_id",
        "until",
        sqlite_where=text("ended_at IS NULL"),
        postgresql_where=text("ended_at IS NULL"),
    ),
)
"""Every claim there ever was. Whoever holds one, expired or not, may send work on its task.
`number`, `rank` and `position` are those of its slot. One that has expired ends when somebody else
takes the slot."""

stretches = Table(
    "stretches",
    metadata,
    Column("member_id", ID, ForeignKey("members.id"), primary_key=True),
    Column("team_id", ID, ForeignKey("teams.id"), primary_key=True),
    Column("rank", Integer, primary_key=True, autoincrement=False),
    Column("first", BigInteger, primary_key=True, autoincrement=False),
    Column("last", BigInteger, nullable=False),
)
"""Positions, both ends included, that a member is done with, every one of them: dispatch
passes over them at one step, however long they are. Only long stretches are here."""

operations = Table(
    "operations",
    metadata,
    Column("op_id", ID, primary_key=True),
    Column("team_id", ID, ForeignKey("teams.id"), nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("member_id", ID, ForeignKey("members.id"), nullable=False),
    Column("session_id", ID),
    Column("kind", String(20), nullable=False),
    Column("task_id", ID),
    Column("batch_id", ID),
    Column("revision", Integer),
    Column("digest", KEY, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("late", Boolean, nullable=False),
    Column("conflict", Boolean, nullable=False),
    Column("received_at", Double, nullable=False),
    UniqueConstraint("team_id", "seq"),
    Index("ix_operations_task", "team_id", "task_id"),
    Index("ix_operations_member", "member_id", "team_id", "task_id"),
)
"""What members did, append-only; `body` is as it came."""

set_aside = Table(
    "set_aside",
    metadata,
    Column("id", ID, primary_key=True),
    Column("op_id", ID, nullable=False, index=True),
    Column("member_id", ID, nullable=False),
    Column("digest", KEY, nullable=False),
    Column("code", String(40), nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("received_at", Double, nullable=False),
)
"""Operations that came under an id that says something else, for a person to look at."""

changes = Table(
    "changes",
    metadata,
    Column("team_id", ID, ForeignKey("teams.id"), primary_key=True),
    Column("seq", BigInteger, primary_key=True),
    Column("kind", String(20), nullable=False),
    Column("member_id", ID),
    Column("op_id", ID),
    Column("body", LargeBinary),
    Column("at", Double, nullable=False),
    Index("ix_changes_member", "team_id", "member_id", "seq"),
)
"""The feed of each team. `member_id` is whom a change is for, None: all of the team; that of
a record has its body in `operations`."""

bundles = Table(
    "bundles",
    metadata,
    Column("member_id", ID, ForeignKey("members.id"), primary_key=True),
    Column("id", ID, primary_key=True),
    Column("received_at", Double, nullable=False),
    Column("facts", LargeBinary, nullable=False),
    Column("results", LargeBinary, nullable=False),
    Column("answered_at", Double),
)
"""Shift bundles that came in and were not answered yet, or were by the last answer: what each
said (`OutFacts`) and what became of its operations (a list of `Result`), both as JSON."""

audit = Table(
    "audit",
    metadata,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("at", Double, nullable=False),
    Column("actor", ID, nullable=False),
    Column("action", String(40), nullable=False),
    Column("team_id", ID),
    Column("subject", Text, nullable=False),
    Column("details", LargeBinary, nullable=False),
    Column("previous", KEY, nullable=False),
    Column("hash", KEY, nullable=False),
)
"""What leads and operators did, and who logged in or was turned away; each row's hash covers
the one before it."""

audit_head = Table(
    "audit_head",
    metadata,
    Column("only", Integer, primary_key=True),
    Column("number", BigInteger, nullable=False),
    Column("hash", KEY, nullable=False),
)
"""One row: where the trail ends, so that rows missing at its end are missed. Whoever appends
locks it until the commit."""
