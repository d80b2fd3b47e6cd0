"""images, datasets, weights, storage, recipes: most of them are asked for by name."""

from __future__ import annotations

import tempfile
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from mvacourse import nets, storage, weights
from net.entry import Entry, rand, seeded, whole

GLYPHS = {"n": 2, "seed": 0, "size": 8, "faces": ("cmss10",), "deform": 0.5}
FOLDER = Path(tempfile.gettempdir()) / "mvacourse-net"
NAMES = {"faces": "names", "characters": "characters"}
OFFLINE = (storage.DownloadError,)


def skimage_file(name: str) -> str:
    return str(Path(find_spec("skimage").origin).parent / "data" / name)


def split() -> Entry:
    return Entry(lambda: {"split": "test"}, errors=OFFLINE)


IMAGES = {
    "coloured_digits": Entry(lambda: dict(GLYPHS), kinds=NAMES),
    "digits": Entry(lambda: dict(GLYPHS), kinds=NAMES),
    "glyphs": Entry(lambda: {**GLYPHS, "characters": "AB"}, kinds=NAMES),
    "letters": Entry(lambda: {**GLYPHS, "characters": "AB"}, kinds=NAMES),
    "eight_gaussians": Entry(lambda: {"n": 3, "seed": 0}),
    "gaussian_points": Entry(lambda: {"n": 3, "seed": 0}),
    "ellipses": Entry(lambda: {"n": 2, "seed": 0, "size": 8}),
    "hue": Entry(lambda: {"y": rand(2, 3, 8, 8)}, kinds={"y": "stack"}),
    "painted": Entry(lambda: {"m": rand(2, 1, 8, 8), "seed": 0}, kinds={"m": "stack"}),
    "photo": Entry(lambda: {"name": "camera", "size": (8, 8)}),
    "read": Entry(
        lambda: {"source": skimage_file("camera.png"), "size": (8, 8)},
        kinds={"source": "path"},
        errors=(FileNotFoundError,),
    ),
    "facade_colors": Entry(lambda: {"labels": whole(12, 2, 4, 4)}),
    "facade_labels": Entry(lambda: {"n": 2, "seed": 0, "size": 32}),
    "faded": Entry(lambda: {"u": rand(2, 3, 4, 4)}),
    "grey": Entry(lambda: {"u": rand(2, 3, 4, 4)}),
    "photos": Entry(),
    "shepp_logan": Entry(lambda: {"size": (8, 8)}),
    "smooth_labels": Entry(
        lambda: {"labels": whole(3, 2, 4, 4), "size": (8, 8)}, kinds={"labels": "rows"}
    ),
    "source_digits": Entry(lambda: {"n": 2, "seed": 0}),
    "target_digits": Entry(lambda: {"n": 2, "seed": 0}),
    "texture_scenes": Entry(
        lambda: {"n": 2, "seed": 0, "size": (8, 8)}, kinds={"smoothness": "positive"}
    ),
    "texture_windows": Entry(lambda: {"name": "grass", "n": 2, "seed": 0, "size": (8, 8)}),
}
DATASETS = {
    "Files": Entry(lambda: {"paths": [], "read": str}, kinds={"paths": "word", "read": "word"}),
    "bsds500": split(),
    "facades": split(),
    "mnist": split(),
    "mri": Entry(errors=OFFLINE),
    "set5": Entry(errors=OFFLINE),
    "set5_lr": Entry(lambda: {"scale": 2}, errors=OFFLINE, kinds={"scale": "option"}),
}


def network() -> dict[str, Any]:
    net = seeded(nets.VAE, 2, (1, 8, 8), 2)
    return {"name": "vae_net", "net": net, "card": {"budget": "fast"}, "folder": FOLDER}


WEIGHTS = {
    "default_folder": Entry(),
    "names": Entry(),
    "card": Entry(lambda: {"name": "vae_digits"}),
    "verify": Entry(lambda: {"name": "vae_digits"}),
    "load": Entry(lambda: {"name": "vae_digits"}),
    "save": Entry(
        network,
        errors=(weights.WeightsError,),
        kinds=dict.fromkeys(("name", "card", "folder"), "word"),  # it would write anywhere
    ),
}
STORAGE = {
    "cache_dir": Entry(),
    "data_dir": Entry(),
    "fetch": Entry(lambda: {"path": "set5/baby.png"}, errors=OFFLINE, kinds={"path": "choice"}),
    "fetch_all": Entry(lambda: {"paths": ()}, errors=OFFLINE, kinds={"paths": "names"}),
    "files": Entry(lambda: {"name": "set5"}),
    "is_cached": Entry(lambda: {"path": "set5/baby.png"}, kinds={"path": "choice"}),
    "registry": Entry(),
    "sha256": Entry(lambda: {"file": Path(__file__)}, kinds={"file": "file"}),
    "torchvision_file": Entry(
        lambda: {"name": "vgg16-397923af.pth", "model": "vgg16", "instead": "net='squeeze'"},
        errors=OFFLINE,
        kinds=dict.fromkeys(("name", "model", "instead"), "word"),
    ),
    "verify": Entry(lambda: {"path": "set5/baby.png"}, kinds={"path": "choice"}),
    "write_whole": Entry(
        lambda: {"path": FOLDER / "file", "content": b"1"},
        kinds={"path": "word", "content": "word"},
    ),
}
RECIPES = {
    "describe": Entry(lambda: {"name": "vae_digits"}),
    "names": Entry(),
}
ENTRIES = {
    f"{room}.{name}": entry
    for room, some in (
        ("images", IMAGES),
        ("datasets", DATASETS),
        ("weights", WEIGHTS),
        ("storage", STORAGE),
        ("recipes", RECIPES),
    )
    for name, entry in some.items()
}
