"""Count calls by room, and list the faults."""

from __future__ import annotations

import time
from collections import Counter

from net.walk import Call, every, listed, made

COLUMNS = ("calls", "refused", "accepted", "listed", "faults")


def run(rooms: tuple[str, ...] = (), verbose: bool = False) -> int:
    """Make the calls, print the counts, and return the number of faults (at most 1)."""
    import torch._dynamo  # it takes seconds, and the first optimiser needs it

    torch.set_num_threads(1)
    start, table, faults = time.perf_counter(), {}, []
    for it in every(rooms):
        outcome, excused = tried(it)
        row = table.setdefault(it.function.split(".")[0], Counter())
        row.update(["calls", outcome.what])
        if outcome.fault:
            row.update(["listed" if excused else "faults"])
        if outcome.fault and not excused:
            faults.append(f"{it}  {outcome.fault}")
            print(faults[-1], flush=True)
    print(f"{'room':<14}" + "".join(f"{name:>10}" for name in COLUMNS))
    for room, row in [*table.items(), ("all", sum(table.values(), Counter()))]:
        print(f"{room:<14}" + "".join(f"{row[name]:>10}" for name in COLUMNS))
    print(f"{time.perf_counter() - start:.0f} s")
    return int(bool(faults))


def tried(it: Call):
    """Make a call; return its outcome, and whether a fault of it is listed."""
    outcome = made(it)
    return outcome, any(pattern.search(str(it)) for pattern, _ in listed())
