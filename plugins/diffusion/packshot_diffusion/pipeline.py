"""A diffusers pipeline from a local folder: loaded once for all operations of its card, asked for one picture at a time.

Imports diffusers and torch: an extra, which takes five seconds.
"""

from __future__ import annotations

import inspect
import math
from typing import Any
from weakref import WeakValueDictionary

import cv2
import diffusers
import numpy as np
import numpy.typing as npt
import torch
from PIL import Image

from packshot.errors import BadParameters, BadSettings, OperationFailed
from packshot.plugin.devices import CPU
from packshot.plugin.models import ModelCard, files_of
from packshot_diffusion.use import PipelineUse
from packshot_diffusion.wishes import Wish

Floats = npt.NDArray[np.float32]


class Pipeline:
    """The modules of one pipeline on one device."""

    def __init__(self, card: ModelCard, use: PipelineUse, device: str) -> None:
        """Raises ModelMissing, ModelDamaged, or BadSettings for a folder that is no pipeline or a device that is not there."""
        self._card, self._use = card, use
        diffusers.utils.logging.disable_progress_bar()
        torch.backends.cudnn.benchmark = False
        torch.backends.cudnn.deterministic = True
        self._base = self._placed(self._loaded(device), device)
        self._tasks: dict[str, Any] = {}

    def require(self, task: str) -> None:
        """Get ready for `inpaint` or `relight`. Raises BadSettings if this pipeline cannot."""
        kind = "AutoPipelineForImage2Image" if task == "relight" else "AutoPipelineForInpainting"
        name = type(self._base).__name__
        try:
            pipe = getattr(diffusers, kind).from_pipe(self._base)
        except Exception as error:
            raise BadSettings(
                f"The pipeline {name} of {self._card.name} cannot {task}; correct `use.offers` on its card."
            ) from error
        channels = getattr(getattr(pipe, "unet", None), "config", {}).get("in_channels")
        if task == "relight" and channels is not None and channels != pipe.vae.config.latent_channels:
            raise BadSettings(
                f"The pipeline {name} of {self._card.name} has {channels} input channels: it is made for inpainting only. "
                "Take relight out of `use.offers` on its card."
            )
        pipe.set_progress_bar_config(disable=True)
        self._tasks[task] = pipe

    def inpaint(self, rgb: Floats, hole: npt.NDArray[np.bool_], wish: Wish) -> Floats:
        """What it makes of `rgb` (H×W×3, 0..1) with `hole` (H×W) to fill, at the size that was given."""
        rows, columns = self._size(*rgb.shape[:2])
        mask = _fitted(hole.astype(np.float32), rows, columns) > 0
        made = self._ask("inpaint", wish, image=_image(_fitted(rgb, rows, columns)), mask_image=_image(mask.astype(np.float32)))
        return _fitted(made, *rgb.shape[:2])

    def remake(self, rgb: Floats, wish: Wish) -> tuple[Floats, Floats]:
        """`rgb` at the pipeline's size, and what it makes of that."""
        small = np.clip(_fitted(rgb, *self._size(*rgb.shape[:2])), 0, 1)
        return small, _fitted(self._ask("relight", wish, image=_image(small)), *small.shape[:2])

    def _ask(self, task: str, wish: Wish, **pictures: Any) -> Floats:
        pipe = self._tasks[task]
        # The first steps of a weak change are left out; at least one must remain.
        steps = max(wish.steps, math.ceil(1 / wish.strength))
        height, width = pictures["image"].height, pictures["image"].width

        def step_ended(_: Any, index: int, __: Any, kept: dict[str, Any]) -> dict[str, Any]:
            wish.progress(min(1.0, (index + 1) / steps), "generating")
            return kept

        asked = {
            **pictures,
            "prompt": wish.prompt,
            "negative_prompt": ", ".join(filter(None, (self._use.negative_prompt, wish.negative_prompt))) or None,
            "height": height,
            "width": width,
            "num_inference_steps": steps,
            "guidance_scale": wish.guidance_scale,
            "strength": wish.strength,
            # Drawn on the CPU, so that a seed is the same picture on every kind of device, as far as its arithmetic allows.
            "generator": torch.Generator(CPU).manual_seed(wish.seed),
            "callback_on_step_end": step_ended,
            "output_type": "np",
        }
        known = inspect.signature(pipe.__call__).parameters
        with torch.inference_mode():
            answer = pipe(**{name: value for name, value in asked.items() if name in known})
        if any(getattr(answer, "nsfw_content_detected", None) or ()):
            raise BadParameters("The model's own filter refused what it made. Say it with another prompt, or take another seed.")
        made = np.asarray(answer.images[0], np.float32)
        if made.ndim != 3 or made.shape[2] != 3 or not np.isfinite(made).all():
            raise OperationFailed(f"The pipeline of {self._card.name} made no picture; a dtype of bfloat16 or float32 may help.")
        return made

    def _loaded(self, device: str) -> Any:
        kind = torch.float32 if device == CPU else getattr(torch, self._use.dtype)
        if device != CPU and not torch.cuda.is_available():
            raise BadSettings(f"This torch has no CUDA, which {self._card.name} was to run on: install a CUDA build of torch.")
        folder = files_of(self._card)
        try:
            return diffusers.DiffusionPipeline.from_pretrained(
                str(folder), dtype=kind, use_safetensors=True, local_files_only=True
            )
        except Exception as error:  # diffusers has no class for a folder that it cannot use
            raise BadSettings(f"diffusers cannot load the pipeline {self._card.name}: {error}.") from error

    def _placed(self, pipe: Any, device: str) -> Any:
        if self._use.memory != "full":
            if hasattr(pipe, "enable_attention_slicing"):
                pipe.enable_attention_slicing()
            for method in ("enable_slicing", "enable_tiling"):
                getattr(pipe.vae, method, lambda: None)()
        if self._use.memory == "offloaded" and device != CPU:
            pipe.enable_model_cpu_offload(device=device)
            return pipe
        return pipe.to(device)

    def _size(self, height: int, width: int) -> tuple[int, int]:
        """The longer side as the pipeline was trained, both as it takes them."""
        scale, multiple = self._use.size / max(height, width), self._use.multiple
        rows, columns = (max(multiple, round(side * scale / multiple) * multiple) for side in (height, width))
        return rows, columns


_LOADED: WeakValueDictionary[tuple[str, str], Pipeline] = WeakValueDictionary()
"""Pipelines that some operation of this process holds: those of one card share its weights."""


def pipeline_for(card: ModelCard, use: PipelineUse, device: str) -> Pipeline:
    """The pipeline of `card`, loaded unless another operation has done it. Raises what Pipeline raises."""
    key = card.model_dump_json(), device
    held = _LOADED.get(key)
    if held is None:
        held = _LOADED[key] = Pipeline(card, use, device)
    return held


def _image(plane: Floats) -> Any:
    return Image.fromarray(np.rint(np.clip(plane, 0, 1) * 255).astype(np.uint8))


def _fitted(plane: Floats, rows: int, columns: int) -> Floats:
    if plane.shape[:2] == (rows, columns):
        return plane
    smaller = rows < plane.shape[0] and columns < plane.shape[1]
    method = cv2.INTER_AREA if smaller else cv2.INTER_CUBIC if plane.ndim == 3 else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(plane, (columns, rows), interpolation=method), np.float32)
