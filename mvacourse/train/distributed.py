"""Training in several processes: each takes its rows of the batch, and gradients are averaged.

With ``torchrun --nproc-per-node 2 …`` the processes find each other by themselves, through gloo on
CPUs and nccl on GPUs. Without torchrun, everything here is the identity. If a loss is a mean over
the rows, its gradient over the whole batch is the mean of the processes' gradients. So training is
the same up to rounding for any number of processes, and all of them hold equal weights. Batch norm
is the exception: in SRGAN's discriminator each process uses the mean and variance of its own rows.
"""

from __future__ import annotations

import atexit
import os

import torch
import torch.distributed as dist
from torch import Tensor, nn

from mvacourse import validate


def join(device: str | torch.device = "cpu") -> torch.device:
    """Connect to the other processes of ``torchrun``, if any, and return the device of this one.

    If `device` is just ``"cuda"``, each process gets its own GPU.
    """
    device = validate.device(device)
    if int(os.environ.get("WORLD_SIZE", "1")) > 1 and not dist.is_initialized():
        dist.init_process_group("nccl" if device.type == "cuda" else "gloo")
        atexit.register(leave)
    if device.type == "cuda" and device.index is None and "LOCAL_RANK" in os.environ:
        device = torch.device("cuda", int(os.environ["LOCAL_RANK"]))
        torch.cuda.set_device(device)  # plain "cuda" now means this GPU, also for messages
    return device


def leave() -> None:
    """Disconnect from the other processes."""
    if dist.is_initialized():
        dist.destroy_process_group()


def wait() -> None:
    """Wait for the other processes: none may leave while one is still writing."""
    if dist.is_initialized():
        dist.barrier()


def rank() -> int:
    """Return the number of this process, from 0; process 0 writes files and shows the bar."""
    return dist.get_rank() if dist.is_initialized() else 0


def world() -> int:
    """Return the number of processes."""
    return dist.get_world_size() if dist.is_initialized() else 1


def shard(x: Tensor) -> Tensor:
    """Return this process's rows r, r + world, … of a batch that all processes hold.

    Raises
    ------
    ValueError
        If the batch cannot be shared evenly.
    """
    if len(x) % world():
        raise ValueError(
            f"batch = {len(x)} cannot be shared evenly by {world()} processes: "
            f"use a multiple of {world()}"
        )
    return x[rank() :: world()]


def mean(values: dict[str, Tensor | float]) -> dict[str, float]:
    """Average numbers over the processes."""
    local = torch.tensor(
        [float(torch.as_tensor(v).detach()) for v in values.values()], dtype=torch.float64
    )
    if world() > 1:
        local = local.to("cuda" if dist.get_backend() == "nccl" else "cpu")
        dist.all_reduce(local)
        local /= world()
    return dict(zip(values, local.tolist()))


def average_gradients(net: nn.Module) -> None:
    """Replace each gradient by its mean over the processes, in one message."""
    if world() == 1:
        return
    grads = [p.grad for p in net.parameters() if p.grad is not None]
    flat = torch.cat([g.flatten() for g in grads])
    dist.all_reduce(flat)
    flat /= world()
    for g, mean in zip(grads, flat.split([g.numel() for g in grads])):
        g.copy_(mean.view_as(g))
