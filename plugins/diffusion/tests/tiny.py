"""Tiny Stable Diffusion pipelines with random weights, made by code: nothing is downloaded."""

from __future__ import annotations

import json
import string

import torch
import yaml
from diffusers import AutoencoderKL, DDIMScheduler, StableDiffusionInpaintPipeline, StableDiffusionPipeline, UNet2DConditionModel
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTokenizer

from packshot.plugin.models.adding import add_card, describe
from packshot.plugin.models.folder import ModelFolder

SIZE = 32
"""The longer side at which they work, pixels."""


def save_pipeline(folder, *, inpainting_only=False):
    """A pipeline's folder, as `save_pretrained` writes it."""
    torch.manual_seed(0)
    unet = UNet2DConditionModel(
        block_out_channels=(8, 16),
        norm_num_groups=4,
        layers_per_block=1,
        sample_size=16,
        in_channels=9 if inpainting_only else 4,
        out_channels=4,
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"),
        cross_attention_dim=16,
        attention_head_dim=4,
    )
    vae = AutoencoderKL(
        block_out_channels=[8, 16],
        norm_num_groups=4,
        down_block_types=["DownEncoderBlock2D"] * 2,
        up_block_types=["UpDecoderBlock2D"] * 2,
        latent_channels=4,
        sample_size=32,
    )
    tokenizer = letters_tokenizer(folder.with_name("tokenizer"))
    words = CLIPTextConfig(
        hidden_size=16,
        intermediate_size=16,
        num_attention_heads=2,
        num_hidden_layers=2,
        vocab_size=len(tokenizer),
        bos_token_id=tokenizer.bos_token_id,
        eos_token_id=tokenizer.eos_token_id,
    )
    kind = StableDiffusionInpaintPipeline if inpainting_only else StableDiffusionPipeline
    pipe = kind(
        vae=vae,
        text_encoder=CLIPTextModel(words),
        tokenizer=tokenizer,
        unet=unet,
        scheduler=DDIMScheduler(
            beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear", clip_sample=False, steps_offset=1
        ),
        safety_checker=None,
        feature_extractor=None,
        requires_safety_checker=False,
    )
    pipe.save_pretrained(folder, safe_serialization=True)
    return folder


def shelve(models, pipeline, name="tiny", **use):
    """Describe and add a pipeline's folder as the guide says."""
    files = [file.model_dump(mode="json") for file in describe(pipeline)]
    use = {"size": SIZE, "multiple": 8, **use}
    card = {"name": name, "family": "diffusion.pipeline", "licence": "MIT", "files": files, "use": use}
    path = models.parent / f"{name}.yaml"
    path.write_text(yaml.safe_dump(card))
    return add_card(path, [pipeline], ModelFolder(models))


def letters_tokenizer(folder):
    """One token a letter."""
    folder.mkdir(parents=True, exist_ok=True)
    letters = [*string.ascii_lowercase, *string.digits, ",", "."]
    tokens = [*letters, *(f"{letter}</w>" for letter in letters), "<|startoftext|>", "<|endoftext|>"]
    (folder / "vocab.json").write_text(json.dumps({token: number for number, token in enumerate(tokens)}))
    (folder / "merges.txt").write_text("#version: 0.2\n")
    return CLIPTokenizer(str(folder / "vocab.json"), str(folder / "merges.txt"), model_max_length=77)
