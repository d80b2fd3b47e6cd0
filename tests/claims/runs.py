"""The runs of each notebook: with moved seeds, and with other code paths of the processor."""

from __future__ import annotations

from dataclasses import dataclass, field

SHIFTS = 5
PLAIN = "plain"
"""The run as it is, which nbval compares too."""
MOVED = "seeds + "
"""How the name of a run with moved seeds begins."""


@dataclass(frozen=True)
class Run:
    """One way to run a notebook.

    Attributes
    ----------
    name : str
    variables : dict
        Environment variables of the kernel.
    shift : int
        By how many steps all seeds are moved.
    """

    name: str
    variables: dict[str, str] = field(default_factory=dict)
    shift: int = 0


def runs(shifts: int = SHIFTS) -> list[Run]:
    """List the runs: as it is, the emulated processors, then the moved seeds.

    A sum of floats depends on the order of its terms, so on the width of the processor's vectors
    and on the number of threads. torch, oneDNN and MKL each choose their code by the processor;
    these variables make them choose as on an older one.
    """
    processors = [
        Run(PLAIN),
        Run("two threads", {"OMP_NUM_THREADS": "2"}),
        Run("ATen default", {"ATEN_CPU_CAPABILITY": "default"}),
        Run("ATen avx2", {"ATEN_CPU_CAPABILITY": "avx2"}),
        Run("oneDNN AVX2", {"ONEDNN_MAX_CPU_ISA": "AVX2"}),
        Run("oneDNN SSE4.1", {"ONEDNN_MAX_CPU_ISA": "SSE41"}),
        Run("MKL compatible", {"MKL_CBWR": "COMPATIBLE"}),
    ]
    return processors + [Run(f"{MOVED}{k}", shift=k) for k in range(1, shifts + 1)]
