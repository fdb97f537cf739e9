"""Check every file of the store, and with --repair mend what can be proved.

Exit code 1 says that something is bad. Checking works while the workstation is open.

Examples:
  trainer-tui doctor
  trainer-tui doctor --repair
"""

from argparse import Namespace

from trainer_tui.cli.output import narrate, put_json, say
from trainer_tui.cli.parsing import Parser, add_json
from trainer_tui.store.doctor import Finding, Severity, examine, repair
from trainer_tui.store.paths import default_home
from trainer_tui.ui.words import counted


def configure(parser: Parser) -> None:
    """Add the arguments."""
    parser.add_argument("--repair", action="store_true", help="mend what can be proved")
    parser.add_argument(
        "--confirm", action="store_true", help="say that you have read the store's troubles"
    )
    add_json(parser)


def run(args: Namespace) -> int:
    """Check, and repair if asked to."""
    home = default_home()
    repaired = repair(home) if args.repair else ()
    findings = examine(home)
    troubles = _troubles(confirm=args.confirm) if home.is_dir() else ()
    bad = [finding for finding in findings if finding.severity is Severity.BAD]
    if args.json:
        put_json({"repaired": repaired, "findings": findings, "troubles": troubles})
        return 1 if bad else 0
    for finding in repaired:
        say(f"repaired  {finding.place}: {finding.message}")
    for finding in findings:
        _tell(finding)
    for place, message in troubles:
        say(f"met  {place}: {message}")
    repairable = sum(finding.repairable for finding in findings)
    if repairable:
        narrate(f"'trainer-tui doctor --repair' can mend {counted(repairable, 'finding')}.")
    if troubles and not args.confirm:
        narrate("'trainer-tui doctor --confirm' says that you have read what was met.")
    return 1 if bad else 0


def _tell(finding: Finding) -> None:
    say(f"{finding.severity.value}  {finding.place}: {finding.message}")
    if finding.hint:
        say(f"  {finding.hint}")


def _troubles(*, confirm: bool) -> tuple[tuple[str, str], ...]:
    """Return what the store met since somebody last confirmed it."""
    from trainer_tui.store.workspace import Workspace

    store = Workspace.open(default_home(), read_only=not confirm)
    try:
        met = tuple((trouble.place, trouble.message) for trouble in store.troubles())
        if confirm:
            store.confirm_troubles()
    finally:
        store.close()
    return met
