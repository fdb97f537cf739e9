"""The terminal of the terminal tests serves here too."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parent.parent / "terminal"))
