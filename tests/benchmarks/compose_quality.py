"""`compose` and `depth` beside what a user would reach for in OpenCV, and the seconds that each operation takes for a
megapixel on one core.

    python tests/benchmarks/compose_quality.py [--only blend|fuse|focus|speed]

Pictures come from scikit-image and from code. blend: Poisson against cv2.seamlessClone and plain alpha; fuse: a hand-held
bracket with something that moved, against cv2.createMergeMertens after cv2.createAlignMTB; focus: a stack of known sharpness,
against the sharpest pixel by cv2.Laplacian.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Sequence
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
from skimage import data

from packshot.plugin import Frame
from packshot.plugin.local import apply_frame

Picture = npt.NDArray[np.uint8]
SIDE = 1000
SLOW = 0.5
"""Seconds a megapixel above which an operation has to say why."""
WHY = {
    "compose.fuse exposure": "three photos; two alignments by features and correlation take most of it, whatever the size",
    "compose.fuse focus": "three photos; as above",
    "depth.stack": "three photos; as compose.fuse",
    "depth.stereo": "semiglobal matching both ways, at 900 pixels",
    "depth.compose blur": "nine layers, each with its hidden part filled in: what keeps sharp things out of the blur",
}


def main() -> None:
    """Measure what was asked for, all on one thread."""
    cv2.setNumThreads(1)
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", choices=["blend", "fuse", "focus", "speed"])
    only = parser.parse_args().only
    for name, measure in {"blend": blend, "fuse": fuse, "focus": focus, "speed": speed}.items():
        if only in (None, name):
            measure()


def photo(name: str, side: int = SIDE) -> Picture:
    """A square photo of scikit-image."""
    rgb = getattr(data, name)()
    short = min(rgb.shape[:2])
    return cv2.resize(rgb[:short, :short], (side, side), interpolation=cv2.INTER_CUBIC)


def timed(work: Callable[[], Any]) -> tuple[Any, float]:
    """What it makes, and the processor's seconds for it once it is warm: a busy machine does not change them much."""
    work()
    started = time.process_time()
    made = work()
    return made, time.process_time() - started


def blend() -> None:
    """Seam, kept gradients, colour outside the mask."""
    product, ground = photo("astronaut"), photo("coffee")
    y, x = np.mgrid[:SIDE, :SIDE]
    away = np.hypot(x - SIDE / 2, y - SIDE / 2)
    alpha = np.where(away < 380, 255, 0).astype(np.uint8)
    cut = Frame.of(product, alpha)
    ours = {
        method: timed(
            lambda method=method: apply_frame("compose.blend", cut, inputs={"ground": Frame.of(ground)}, method=method).rgb
        )
        for method in ("alpha", "poisson", "multiband")
    }
    centre = SIDE // 2, SIDE // 2
    # OpenCV writes into the mask that it is given.
    cloned = timed(lambda: cv2.seamlessClone(product, ground, alpha.copy(), centre, cv2.NORMAL_CLONE))
    rim, inside, outside = np.abs(away - 380) < 2, away < 360, away > 384
    print(f"\n{'blend':28} {'seam':>7} {'gradients':>10} {'outside':>8} {'s/MP':>6}")
    for name, (made, seconds) in {**ours, "cv2.seamlessClone": cloned}.items():
        seam = np.abs(np.gradient(made.astype(float).mean(axis=2), axis=1))[rim].mean()
        clear = inside & (made.min(axis=2) > 2) & (made.max(axis=2) < 253)
        clear &= np.roll(clear, -1, axis=1)
        kept = np.abs(np.diff(made.astype(float), axis=1) - np.diff(product.astype(float), axis=1))[clear[:, :-1]].mean()
        bled = np.abs(made.astype(float) - ground)[outside].mean()
        print(f"{name:28} {seam:7.2f} {kept:10.3f} {bled:8.3f} {seconds:6.2f}")
    print(
        "seam: mean step at the rim; gradients: change of neighbours' differences inside; outside: change of the ground; of 255"
    )


def fuse() -> None:
    """A bracket held by hand, with a ball that was only there in one photo."""
    scene = photo("coffee").astype(np.float32) / 255

    def shot(stops: float, degrees: float = 0, shift: tuple[float, float] = (0, 0), ball: bool = False) -> Picture:
        rgb = np.clip(scene**2.2 * 2**stops, 0, 1) ** (1 / 2.2)
        if ball:
            cv2.circle(rgb, (500, 500), 60, (0.1, 0.5, 0.9), -1)
        turn = cv2.getRotationMatrix2D((SIDE / 2, SIDE / 2), degrees, 1)
        turn[:, 2] += shift
        return np.rint(255 * np.clip(cv2.warpAffine(rgb, turn, (SIDE, SIDE), flags=cv2.INTER_CUBIC), 0, 1)).astype(np.uint8)

    first, dark, bright = shot(0), shot(-2, 0.5, (9, -7)), shot(2, -0.4, (-8, 6), ball=True)
    still = first, shot(-2), shot(2)

    def ours(photos: Sequence[Picture]) -> Picture:
        inputs = {f"photos.{n}": Frame.of(rgb) for n, rgb in enumerate(photos[1:], start=1)}
        return apply_frame("compose.fuse", Frame.of(photos[0]), inputs=inputs).rgb

    def opencv(photos: Sequence[Picture]) -> Picture:
        aligned = [rgb.copy() for rgb in photos]
        cv2.createAlignMTB().process(aligned, aligned)
        return np.rint(255 * np.clip(cv2.createMergeMertens(1, 1, 1).process(aligned), 0, 1)).astype(np.uint8)

    y, x = np.mgrid[:SIDE, :SIDE]
    ghost = np.hypot(x - 500, y - 500) < 50
    border = np.minimum.reduce([x, y, SIDE - 1 - x, SIDE - 1 - y]) < 12
    rest = ~(np.hypot(x - 500, y - 500) < 90) & ~border
    print(f"\n{'fuse, hand-held':28} {'PSNR':>7} {'ghost':>7} {'border':>7} {'s/MP':>6}")
    for name, method in {"compose.fuse": ours, "AlignMTB + MergeMertens": opencv}.items():
        made, seconds = timed(lambda method=method: method((first, dark, bright)))
        off = np.abs(made / 255.0 - method(still) / 255.0)
        psnr = -10 * np.log10((off[rest] ** 2).mean())
        print(f"{name:28} {psnr:7.2f} {off[ghost].mean():7.3f} {off[border].mean():7.3f} {seconds / 3:6.2f}")
    print(
        "against what the same method makes of the bracket from a tripod without the ball; seconds for a megapixel of each photo"
    )


def focus() -> None:
    """Four photos of a floor that recedes, each sharp at its own distance."""
    truth = photo("coffee").astype(np.float32) / 255
    levels = [truth, *(cv2.GaussianBlur(truth, (0, 0), 0.5 * step) for step in range(1, 13))]
    depth = np.linspace(0, 1, SIDE, dtype=np.float32)[:, None]

    def taken(at: float) -> Picture:
        place = np.abs(depth - at) * 16
        weights = [np.clip(1 - np.abs(np.minimum(place, 12) - step), 0, 1)[..., None] for step in range(13)]
        return np.rint(255 * sum(level * weight for level, weight in zip(levels, weights, strict=True))).astype(np.uint8)

    stack = [taken(at) for at in np.linspace(1, 0, 4)]
    inputs = {f"photos.{n}": Frame.of(rgb) for n, rgb in enumerate(stack[1:], start=1)}
    ours = timed(lambda: apply_frame("compose.fuse", Frame.of(stack[0]), inputs=inputs, mode="focus", align=False).rgb)

    def sharpest() -> Picture:
        sharp = np.stack([np.abs(cv2.Laplacian(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY), cv2.CV_32F)) for rgb in stack])
        return np.take_along_axis(np.stack(stack), sharp.argmax(axis=0)[None, ..., None], axis=0)[0]

    theirs = timed(sharpest)
    ideal = np.min([np.abs(rgb / 255.0 - truth).mean(axis=2) for rgb in stack], axis=0).mean()
    print(f"\n{'focus':28} {'PSNR':>7} {'s/MP':>6}   mean error of the best photo at each pixel: {ideal:.4f}")
    best = max(-10 * np.log10(((rgb / 255.0 - truth) ** 2).mean()) for rgb in stack)
    for name, (made, seconds) in {"compose.fuse": ours, "sharpest by Laplacian": theirs}.items():
        psnr = -10 * np.log10(((made / 255.0 - truth) ** 2).mean())
        print(f"{name:28} {psnr:7.2f} {seconds / 4:6.2f}   {np.abs(made / 255.0 - truth).mean():.4f}")
    print(f"{'best single photo':28} {best:7.2f}")


def speed() -> None:
    """Seconds a megapixel of each operation."""
    rgb, ground = photo("astronaut"), photo("coffee")
    y, x = np.mgrid[:SIDE, :SIDE]
    alpha = np.rint(255 * np.clip(330 - np.hypot(x - SIDE / 2, y - SIDE / 2) + 0.5, 0, 1)).astype(np.uint8)
    cut, on = Frame.of(rgb, alpha), {"ground": Frame.of(ground)}
    others = {"photos.1": Frame.of(rgb), "photos.2": Frame.of(rgb)}
    deep = apply_frame("depth.relief", cut)
    right = {"right": Frame.of(np.roll(ground, -12, axis=1))}
    size = {"width": SIDE, "height": SIDE}
    cases: dict[str, Callable[[], Any]] = {
        "plain alpha (NumPy)": lambda: (rgb * (alpha / 255.0)[..., None] + ground * (1 - alpha / 255.0)[..., None]).astype(
            np.uint8
        ),
        "compose.over": lambda: apply_frame("compose.over", cut, inputs=on),
        **{
            f"compose.blend {m}": lambda m=m: apply_frame("compose.blend", cut, inputs=on, method=m)
            for m in ("poisson", "multiband")
        },
        **{
            f"compose.shadow {m}": lambda m=m: apply_frame("compose.shadow", cut, mode=m)
            for m in ("contact", "drop", "floating", "cast")
        },
        "compose.reflection": lambda: apply_frame("compose.reflection", cut),
        **{
            f"compose.ground {s} {v}": lambda s=s, v=v: apply_frame("compose.ground", shape=s, view=v, **size)
            for s, v in (
                ("sweep", "above"),
                ("bokeh", "above"),
                *((m, v) for m in ("wood", "fabric", "marble") for v in ("above", "table")),
            )
        },
        "compose.scene": lambda: apply_frame("compose.scene", cut, inputs=on),
        "compose.board": lambda: apply_frame("compose.board", cut, inputs={"cutouts.1": cut, "cutouts.2": cut}, **size),
        **{
            f"compose.fuse {m}": lambda m=m: apply_frame("compose.fuse", Frame.of(rgb), inputs=others, mode=m)
            for m in ("exposure", "focus")
        },
        "depth.relief": lambda: apply_frame("depth.relief", cut),
        "depth.stack": lambda: apply_frame("depth.stack", Frame.of(rgb), inputs=others),
        "depth.stereo": lambda: apply_frame("depth.stereo", Frame.of(ground), inputs=right),
        "depth.compose light": lambda: apply_frame("depth.compose", deep, light=0.5),
        "depth.compose blur": lambda: apply_frame("depth.compose", deep, blur=0.5),
        "depth.views": lambda: apply_frame("depth.views", deep),
    }
    print(f"\n{'operation':28} {'s/MP':>6}")
    for name, work in cases.items():
        _, seconds = timed(work)
        print(f"{name:28} {seconds:6.2f}   {WHY.get(name, 'over the limit') if seconds > SLOW else ''}", flush=True)


if __name__ == "__main__":
    main()
