"""How the hub's tables came to be what they are, one revision after the other."""

HEAD = "0001"
"""The revision that this program works with."""
TABLE = "alembic_version"
"""Where a database says at which revision it is."""
