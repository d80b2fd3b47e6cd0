"""Toy trainings, small enough to be run many times, here or in a process that can be killed."""

import multiprocessing
import os
from pathlib import Path

import torch

from mvacourse import train

SHAPE = (1, 8, 8)


def images(n=64, seed=0):
    """Bright squares of random place on black: 2 parameters an image."""
    at = torch.randint(0, 5, (n, 2), generator=torch.Generator().manual_seed(seed))
    x = torch.zeros(n, *SHAPE)
    for i, (row, column) in enumerate(at.tolist()):
        x[i, 0, row : row + 4, column : column + 4] = 0.9
    return x, at[:, 0]


def train_vae(n_steps=20, **options):
    return train.vae(images()[0], k=3, width=16, n_steps=n_steps, batch=8, **options)


def train_flow(n_steps=20, **options):
    return train.flow(images()[0], width=8, depth=2, n_steps=n_steps, batch=8, **options)


def train_gan(n_steps=20, **options):
    sizes = {"k": 4, "width": 4, "width_D": 4}
    return train.gan(images()[0], **sizes, n_steps=n_steps, batch=8, **options)


def train_classifier(n_steps=20, **options):
    x, labels = images()
    return train.classifier(x, labels, classes=5, width=4, n_steps=n_steps, batch=8, **options)


RECIPES = {
    "vae": train_vae,
    "flow": train_flow,
    "gan": train_gan,
    "classifier": train_classifier,
}


def states(made):
    """All the weights of what a recipe returned, and what it logged."""
    *made, history = made
    found = {f"history.{key}": torch.tensor(column) for key, column in history.items()}
    for i, net in enumerate(made):
        found |= {f"{i}.{key}": value for key, value in net.state_dict().items()}
    return found


def assert_equal(a, b):
    assert a.keys() == b.keys()
    assert [key for key in a if not torch.equal(a[key], b[key])] == []


def start(recipe, folder, n_steps, **environment):
    """Train in a process of its own: give it, and a pipe on which it tells each step.

    It is forked from a server that has loaded torch once, so that it starts at once.
    """
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["mvacourse.train", "torch._dynamo"])
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=work, args=(recipe, folder, n_steps, environment, sender))
    process.start()
    sender.close()  # the child's end alone is open: its death ends the pipe
    return process, receiver


def work(recipe, folder, n_steps, environment, pipe):
    """Train, telling each step, from the checkpoint if there is one; leave the result."""
    os.environ.update(environment)
    torch.set_num_threads(1)
    made = RECIPES[recipe](
        n_steps,
        checkpoint=Path(folder) / "checkpoint",
        resume=True,
        save_every=7,
        progress=False,
        callback=lambda step, net: pipe.send(step),
    )
    torch.save(states(made), Path(folder) / f"result{train.distributed.rank()}.pt")


def steps(receiver):
    """Yield the steps that a process tells, until it ends."""
    try:
        while True:
            yield receiver.recv()
    except EOFError:
        pass
