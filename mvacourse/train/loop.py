"""What all trainings share: the steps of the loop, its history, and its checkpoint.

A training loop looks like this:

>>> with Run("vae", n_steps, {"net": net, "optimiser": optimiser}, seed=seed) as run:
...     for draw in run:
...         x = images[draw.rows(len(images), batch)]
...         loss = ...
...         descend(optimiser, loss, net)
...         run.log(loss=loss)

All random numbers of a step come from a generator seeded with (seed, step). So a checkpoint does
not need the state of a generator. On one CPU, a resumed training ends with the same bits as an
uninterrupted one, whenever it was saved.
"""

from __future__ import annotations

import json
import math
import signal
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol, TypedDict

import torch
from torch import Tensor, nn

from mvacourse import validate
from mvacourse.storage import Stopped, on_stop
from mvacourse.train import checkpoint as files
from mvacourse.train import distributed
from mvacourse.train.checkpoint import CheckpointError
from mvacourse.train.history import History
from mvacourse.train.seeds import Draw

SAVE_EVERY = 20.0
"""Seconds between checkpoints: a training that is killed loses little more than that."""
_SAVING = 19.0
"""Seconds of training for each second of saving, at least: saving takes at most 5 % of the time."""

StepCallback = Callable[[int, nn.Module], None]
"""``callback(step, net)`` after step 1, 2, …"""


class Kept(Protocol):
    """What a checkpoint can keep: a network, an optimiser."""

    def state_dict(self) -> dict[str, Any]:
        """Return everything that changes."""

    def load_state_dict(self, state: dict[str, Any], /) -> Any:
        """Restore it."""


class Loop(TypedDict, total=False):
    """Options that every training passes on to :class:`Run`; they are explained there."""

    checkpoint: str | Path | None
    resume: bool
    save_every: float
    progress: bool
    callback: StepCallback | None


def _plain(number: Any) -> int | float:
    """Convert a number of NumPy's, or a fraction, for a checkpoint."""
    return number.item() if hasattr(number, "item") else float(number)


class Run:
    """The steps of one training: counts, logs and saves them, and can continue a checkpoint.

    Iterate over it to get the :class:`Draw` of each step. After Ctrl-C, or another signal that asks
    the program to end, it finishes the step, saves and stops; a second Ctrl-C stops it at once.

    Parameters
    ----------
    recipe : str
        Name of the training.
    n_steps : int
        Number of steps.
    keep : dict
        What changes from step to step; the first entry is the network that `callback` gets.
    arguments : dict
        Everything else that the training depends on. A checkpoint made with other arguments is
        refused.
    seed : int
        Random seed for all random numbers.
    device : str or torch.device
        Where the random numbers go.
    checkpoint : str or Path, optional
        File to save to, every `save_every` seconds and at the end.
    resume : bool
        Continue from the checkpoint, if there is one. If False, an existing checkpoint with at
        least one step, finished or not, is never overwritten: the training is refused.
    save_every : float, default 20
        Seconds between checkpoints; 0 saves after each step. On a slow disk it is longer: saving
        takes at most 5 % of the time.
    progress : bool
        Show a bar with the loss.
    callback : callable, optional
        ``callback(step, net)`` after each step.

    Raises
    ------
    CheckpointError
        If the checkpoint is damaged, was made with other arguments, holds steps while `resume` is
        False, or cannot be written at the start. If it cannot be written later, a warning reports
        this and the training continues.
    FloatingPointError
        If a logged value is infinite or NaN.
    """

    def __init__(
        self,
        recipe: str,
        n_steps: int,
        keep: dict[str, Kept],
        arguments: dict[str, Any] | None = None,
        *,
        seed: int = 0,
        device: str | torch.device = "cpu",
        checkpoint: str | Path | None = None,
        resume: bool = False,
        save_every: float = SAVE_EVERY,
        progress: bool = True,
        callback: StepCallback | None = None,
    ) -> None:
        self.recipe = recipe
        self.n_steps = n_steps = validate.count(n_steps, "n_steps")
        self.keep = keep
        self.seed, self.device = validate.seed(seed), device
        if arguments and "batch" in arguments:
            validate.count(arguments["batch"], "batch")
        own = {"recipe": recipe, "n_steps": n_steps, "seed": self.seed}
        # NumPy's numbers become Python's
        plain = json.dumps({**own, **(arguments or {})}, default=_plain)
        self.arguments = json.loads(plain)
        self.path = None if checkpoint is None else Path(checkpoint)
        self.save_every = validate.non_negative(save_every, "save_every")
        self.progress = progress
        if callback is not None:
            validate.function(callback, "callback", "step", "net")
        self.callback = callback
        self.step = 0
        """Number of the last finished step."""
        self.history = History()
        self._saved: int | None = None
        self._save_at = 0.0
        self._signal: int | None = None
        self._between_steps = True
        if self.path is not None and self.path.exists():
            self._load(self.path, resume)

    def __enter__(self) -> Run:
        from tqdm.auto import tqdm

        self._start = time.perf_counter() - self.history.seconds
        with ExitStack() as signals:
            signals.enter_context(on_stop(self._ask_to_stop))
            # Find out before the training, not after, if the folder is not writable.
            if self._saved is None:
                self._save()
            elif self.path is not None and distributed.rank() == 0:
                files.require_writable(self.path)
            self._signals = signals.pop_all()
        self._save_at = max(self._save_at, time.monotonic() + self.save_every)
        self._bar = tqdm(
            total=self.n_steps,
            initial=self.step,
            desc=self.recipe,
            unit="step",
            leave=False,
            disable=not self.progress or distributed.rank() > 0,
        )
        return self

    def __iter__(self) -> Iterator[Draw]:
        while self.step < self.n_steps:
            self._between_steps = False
            yield Draw(self.seed, self.step + 1, self.device)
            self.step += 1
            self._between_steps = True
            self._bar.update()
            if self.callback is not None:
                self.callback(self.step, next(iter(self.keep.values())))
            if self._signal is not None:
                raise Stopped(self._signal)
            if self.step == self.n_steps or time.monotonic() >= self._save_at:
                self._try_to_save()

    def log(self, **values: Tensor | float) -> None:
        """Log this step's values, averaged over the processes; the bar shows the ``loss``."""
        for name, value in distributed.mean(values).items():
            if not math.isfinite(value):
                raise FloatingPointError(
                    f"{name} is {value} at step {self.step + 1}: lower lr, or look at the data"
                )
            self.history.setdefault(name, []).append(value)
            if name == "loss":
                self._bar.set_postfix_str(f"loss {value:.4g}", refresh=False)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bar.close()
        self.history.seconds = time.perf_counter() - self._start
        try:
            if isinstance(error, KeyboardInterrupt):
                if self._between_steps:
                    self._try_to_save()
                number = getattr(error, "signum", signal.SIGINT)
                raise Stopped(number, self._how_to_resume()) from None
        finally:
            self._signals.close()

    def _ask_to_stop(self, signum: int, frame: object) -> None:
        if self._signal is None:
            self._signal = signum
        elif signum == signal.SIGINT:
            raise Stopped(signum)

    def _how_to_resume(self) -> str:
        done = f"{self.recipe} was stopped after step {self.step} of {self.n_steps}"
        if self.path is None:
            return f"{done}; nothing is kept, because no checkpoint was given"
        return f"{done}; {self.path} holds step {self._saved}: continue from it with resume=True"

    def _try_to_save(self) -> None:
        try:
            self._save()
        except CheckpointError as err:
            warnings.warn(f"step {self.step} is not saved: {err}", UserWarning, stacklevel=4)

    def _save(self) -> None:
        if self.path is None:
            return
        begin = time.monotonic()
        self.history.seconds = time.perf_counter() - self._start
        state = {
            "arguments": self.arguments,
            "step": self.step,
            "history": self.history.to_dict(),
            "keep": {name: kept.state_dict() for name, kept in self.keep.items()},
        }
        try:
            if distributed.rank() == 0:
                files.write(self.path, state)
            self._saved = self.step
        finally:
            end = time.monotonic()
            pause = max(self.save_every, _SAVING * (end - begin)) if self.save_every else 0.0
            self._save_at = end + pause

    def _load(self, path: Path, resume: bool) -> None:
        state = files.read(path)
        step, total = state["step"], state["arguments"]["n_steps"]
        if not resume:
            if step > 0:
                raise CheckpointError(
                    f"checkpoint {path} holds {state['arguments']['recipe']} at step {step} of "
                    f"{total}: continue from it with resume=True, or delete it to start again"
                )
            return
        if state["arguments"] != self.arguments:
            raise CheckpointError(self._differences(path, state["arguments"]))
        for name, kept in self.keep.items():
            kept.load_state_dict(state["keep"][name])
        self.step = self._saved = step
        self.history = History.from_dict(state["history"])

    def _differences(self, path: Path, kept: dict[str, Any]) -> str:
        names = [n for n in {**kept, **self.arguments} if kept.get(n) != self.arguments.get(n)]
        parts = [f"{n} = {kept.get(n)!r}, not {self.arguments.get(n)!r}" for n in names]
        return (
            f"checkpoint {path} was made with {'; '.join(parts)}: "
            "give the same arguments, or choose another checkpoint"
        )
