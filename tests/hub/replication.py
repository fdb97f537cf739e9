"""Two PostgreSQL servers with synchronous streaming replication, the second to be promoted."""

from pathlib import Path

from tests.hub.postgres import Postgres

STANDBY = "standby"


class Replicated:
    """A primary that acknowledges nothing before the standby has it on disk, and the standby."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.primary = Postgres(folder / "primary", settings=["shared_buffers = 64MB"]).create()
        self.standby = Postgres(folder / "standby", programs=self.primary.programs)
        self._copy()

    def _copy(self) -> None:
        source = f"host=127.0.0.1 port={self.primary.port} user=hub application_name={STANDBY}"
        self.standby.run(
            "pg_basebackup", "-D", str(self.standby.data), "-d", source, "-X", "stream",
            "-c", "fast", "-R",
        )  # fmt: skip
        # The copy's configuration names the primary's port, and how to follow it.
        path = self.standby.data / "postgresql.auto.conf"
        follow = [line for line in path.read_text().splitlines() if "primary_conninfo" in line]
        self.standby.configure([*follow, "shared_buffers = 64MB"])
        self.standby.start()
        self.primary.configure(
            ["shared_buffers = 64MB", f"synchronous_standby_names = '{STANDBY}'"]
        )
        self.primary.run("pg_ctl", "reload", "-D", str(self.primary.data))

    def url(self, name: str) -> str:
        """Return an address with both hosts, of which whichever is the primary is used."""
        hosts = f"127.0.0.1:{self.primary.port},127.0.0.1:{self.standby.port}"
        return f"postgresql://hub@{hosts}/{name}?target_session_attrs=read-write"

    def promote(self) -> None:
        """Make the standby the primary, which waits for no other one."""
        self.standby.run("pg_ctl", "promote", "-D", str(self.standby.data), "-w")

    def stop(self) -> None:
        """Stop both."""
        self.standby.stop("immediate")
        self.primary.stop("immediate")
