"""What came in by shift bundles and is to be answered."""

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Bring the tables from the revision before to this one."""
    pass
