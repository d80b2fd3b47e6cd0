"""Toy trainings, small enough to run many times, here or in a process that can be killed."""

import multiprocessing
import os
from pathlib import Path

import torch

from mvacourse import nets, train
from mvacourse.train.crop_pairs import SuperResolution

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


class Noisy:
    """Pairs: the squares with noise, and without."""

    fingerprint = "squares"

    def __call__(self, draw, batch):
        x = images()[0].to(draw.device)[draw.rows(64, batch)]
        return (x + 0.5 * draw.normal(batch, *SHAPE),), x


def train_regression(n_steps=20, *, seed=0, **options):
    with train.seeded(seed):
        net = nets.UNet(1, 1, width=4, n_scales=2)
    return train.regression(net, Noisy(), n_steps=n_steps, batch=8, seed=seed, **options)


def train_srgan(n_steps=20, *, seed=0, **options):
    x = images()[0].repeat_interleave(2, -1).repeat_interleave(2, -2)
    pairs = SuperResolution(list((255 * x).byte()), scale=2, size=16)
    with train.seeded(seed):
        G = nets.SRResNet(2, 1, width=4, n_blocks=1, kernel=3)
        D = nets.SRDiscriminator(16, 1, width=2)
    return train.srgan(G, D, pairs, n_steps=n_steps, batch=8, seed=seed, **options)


def train_conditional_gan(n_steps=20, **options):
    x, labels = images()
    sizes = {"classes": 5, "k": 4, "width": 4, "width_D": 4}
    return train.conditional_gan(x, labels, **sizes, n_steps=n_steps, batch=8, **options)


def label_maps(n=64, seed=0):
    """The squares of :func:`images`, and where they are: a pair from label to image."""
    x = images(n, seed)[0]
    return (x[:, 0] > 0).long(), x


def train_pix2pix(n_steps=20, *, seed=0, **options):
    with train.seeded(seed):
        G = nets.Pix2PixUNet(2, 1, width=4, n_scales=2)
        D = nets.PatchGAN(3, width=4, n_layers=1)
    pairs = train.Labelled(*label_maps(), classes=2)
    options = {"batch": 8, "precision": "float32", **options}
    return train.pix2pix(G, D, pairs, n_steps=n_steps, seed=seed, **options)


RECIPES = {
    "vae": train_vae,
    "flow": train_flow,
    "gan": train_gan,
    "classifier": train_classifier,
    "conditional_gan": train_conditional_gan,
    "pix2pix": train_pix2pix,
    "regression": train_regression,
    "srgan": train_srgan,
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


def start(recipe, folder, n_steps, save_every=0.0, method="forkserver", **environment):
    """Train in a process of its own: give it, and a pipe on which it tells each step.

    It is forked from a server that has loaded torch once, so that it starts at once. With the
    method "spawn", as on Windows and macOS, it begins with nothing but what it is sent.
    """
    context = multiprocessing.get_context(method)
    if method == "forkserver":
        context.set_forkserver_preload(["mvacourse.train", "torch._dynamo"])
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(
        target=work, args=(recipe, folder, n_steps, save_every, environment, sender)
    )
    process.start()
    sender.close()  # the child's end alone is open: its death ends the pipe
    return process, receiver


def work(recipe, folder, n_steps, save_every, environment, pipe):
    """Train, telling each step, from the checkpoint if there is one; leave the result."""
    os.environ.update(environment)
    torch.set_num_threads(1)
    made = RECIPES[recipe](
        n_steps,
        checkpoint=Path(folder) / "checkpoint",
        resume=True,
        save_every=save_every,
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
