"""What the benches share, and the groups of the one table that `python tests/bench` prints."""

import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path.append(str(HERE.parents[1] / "terminal"))
