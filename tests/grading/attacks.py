"""Answers that try to harm the grading, each with what its message must contain.

They are bodies of ``my_tv(u)``; the right value is computed by none of them.
"""

from __future__ import annotations

ATTACKS = {
    "ends the process": ("import os\nos._exit(0)", "it ended its process"),
    "exits": ("import sys\nsys.exit()", "it raised SystemExit"),
    "never ends": ("while True:\n    pass", "not done after"),
    "sleeps": ("import time\ntime.sleep(1000)", "not done after"),
    "removes a file": ("import os\nos.remove(VICTIM)", "changing files outside of its own folder"),
    "removes a tree": (
        "import os, shutil\nshutil.rmtree(os.path.dirname(VICTIM))",
        "changing files outside of its own folder",
    ),
    "overwrites a file": ("open(VICTIM, 'w').write('x')", "writing outside of"),
    "renames a file": ("import os\nos.rename(VICTIM, VICTIM + '2')", "changing files outside"),
    "follows its own link": (
        "import os\nos.symlink(VICTIM, 'link')\nopen('link', 'a').write('x')",
        "writing outside of",
    ),
    "forks without end": ("import os\nwhile True:\n    os.fork()", "starting a process is not"),
    "starts programs": (
        "import subprocess\nsubprocess.run(['touch', VICTIM + '3'])",
        "starting a program is not allowed",
    ),
    "starts processes": (
        "import multiprocessing\n"
        "p = multiprocessing.get_context('spawn').Process(target=print)\n"
        "p.start()",
        "not allowed here",
    ),
    "asks the network": (
        "import socket\nsocket.create_connection(('127.0.0.1', 9))",
        "the network is not allowed",
    ),
    "takes 10 GB": ("return torch.ones(10 * 2**27, dtype=torch.float64).sum()", "it raised"),
    "returns too much": (
        "return torch.ones(2**24, dtype=torch.float64)",
        "far more than is asked for",
    ),
    "calls C": ("import ctypes\nctypes.CDLL(None).abort()", "calling C is not allowed"),
    "imports the references": (
        "from mvacourse.classroom.exercises.total_variation import EXERCISES\n"
        "return EXERCISES[0].reference(u)",
        "is not a package",
    ),
    "asks for the references": (
        "from mvacourse.classroom import exercises\n"
        "return exercises.all_exercises()['total_variation'].reference(u)",
        "has no attribute 'all_exercises'",
    ),
    "patches the check": (
        "from mvacourse.classroom import exercises\n"
        "exercises.check = exercises.use = print\n"
        "from mvacourse.classroom.grading import wire\n"
        "wire.encode_trial = lambda trial: {'right': True}\n"
        "return u",
        "its result cannot be read",
    ),
    "patches torch": (
        "torch.equal = torch.allclose = lambda *_, **__: True\n"
        "torch.linalg.vector_norm = lambda *_, **__: torch.zeros(())\n"
        "return u.sum()",
        "your answer",
    ),
    "writes into the results": (
        "import os\n"
        "for fd in range(3, 64):\n"
        "    try:\n"
        "        os.write(fd, b'nonsense\\n')\n"
        "    except OSError:\n"
        "        pass\n"
        "return u",
        "it wrote into the grading",
    ),
    "writes markup": ("raise ValueError('<script>alert(1)</script>')", "<script>"),
    "returns an object": (
        "class Equal:\n    def __eq__(self, other):\n        return True\nreturn Equal()",
        "it is an Equal, expected a number",
    ),
    "closes everything": ("import os\nos.closerange(3, 100)\nreturn u", ""),
    "fills its folder": (
        "for k in range(3):\n    open(str(k), 'wb').write(bytes(2**27))\nreturn u",
        "it raised OSError",
    ),
    "recurses": ("return my_tv(u)", "RecursionError"),
}

ENDS_ITS_PROCESS = (
    "ends the process",
    "never ends",
    "sleeps",
    "writes into the results",
    "closes everything",
)
"""After these, the other answers of the student need a new process."""

LAST = ("patches the check", "patches torch")
"""These spoil what the same student's next answers are run with."""
