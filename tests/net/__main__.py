"""Make every call of the net, or those of some rooms: ``python -m net solvers priors``."""

from __future__ import annotations

import sys

from net.report import run

if __name__ == "__main__":
    sys.exit(run(tuple(a for a in sys.argv[1:] if not a.startswith("-")), "-v" in sys.argv))
