"""Tiny pipelines of the other families that users bring: SDXL, and FLUX for transformers with flow matching."""

from __future__ import annotations

import tokenizers
import torch
from diffusers import (
    AutoencoderKL,
    EulerDiscreteScheduler,
    FlowMatchEulerDiscreteScheduler,
    FluxPipeline,
    FluxTransformer2DModel,
    StableDiffusionXLPipeline,
    UNet2DConditionModel,
)
from transformers import (
    CLIPTextConfig,
    CLIPTextModel,
    CLIPTextModelWithProjection,
    PreTrainedTokenizerFast,
    T5Config,
    T5EncoderModel,
)

from .tiny import letters_tokenizer


def save_sdxl(folder):
    torch.manual_seed(0)
    letters = letters_tokenizer(folder.with_name("letters"))
    words = _words(letters)
    unet = UNet2DConditionModel(
        block_out_channels=(32, 64),
        layers_per_block=1,
        sample_size=32,
        in_channels=4,
        out_channels=4,
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"),
        attention_head_dim=(2, 4),
        use_linear_projection=True,
        addition_embed_type="text_time",
        addition_time_embed_dim=8,
        transformer_layers_per_block=(1, 1),
        # Six embedded sizes of 8, and the 32 of the second encoder's projection.
        projection_class_embeddings_input_dim=80,
        cross_attention_dim=64,
    )
    vae = AutoencoderKL(
        block_out_channels=[32, 64],
        down_block_types=["DownEncoderBlock2D"] * 2,
        up_block_types=["UpDecoderBlock2D"] * 2,
        latent_channels=4,
        sample_size=128,
    )
    encoders = {"text_encoder": CLIPTextModel(words), "text_encoder_2": CLIPTextModelWithProjection(words)}
    pipe = StableDiffusionXLPipeline(
        vae=vae, tokenizer=letters, tokenizer_2=letters, unet=unet, scheduler=EulerDiscreteScheduler(), **encoders
    )
    pipe.save_pretrained(folder, safe_serialization=True)


def save_flux(folder):
    torch.manual_seed(0)
    letters = letters_tokenizer(folder.with_name("letters"))
    known = tokenizers.Tokenizer(tokenizers.models.WordLevel({"<pad>": 0, "</s>": 1, "<unk>": 2, "a": 3}, unk_token="<unk>"))
    known.pre_tokenizer = tokenizers.pre_tokenizers.Whitespace()
    transformer = FluxTransformer2DModel(
        patch_size=1,
        in_channels=4,
        num_layers=1,
        num_single_layers=1,
        attention_head_dim=16,
        num_attention_heads=2,
        joint_attention_dim=32,
        pooled_projection_dim=32,
        axes_dims_rope=[4, 4, 8],
    )
    vae = AutoencoderKL(
        block_out_channels=(4,),
        latent_channels=1,
        norm_num_groups=1,
        use_quant_conv=False,
        use_post_quant_conv=False,
        shift_factor=0.0609,
        scaling_factor=1.5035,
        sample_size=32,
    )
    pipe = FluxPipeline(
        scheduler=FlowMatchEulerDiscreteScheduler(),
        vae=vae,
        text_encoder=CLIPTextModel(_words(letters)),
        tokenizer=letters,
        text_encoder_2=T5EncoderModel(T5Config(d_model=32, d_kv=8, d_ff=37, num_layers=2, num_heads=4, vocab_size=8)),
        tokenizer_2=PreTrainedTokenizerFast(tokenizer_object=known, pad_token="<pad>", eos_token="</s>", unk_token="<unk>"),
        transformer=transformer,
    )
    pipe.save_pretrained(folder, safe_serialization=True)


def _words(tokenizer):
    return CLIPTextConfig(
        hidden_size=32,
        intermediate_size=37,
        num_attention_heads=4,
        num_hidden_layers=2,
        projection_dim=32,
        vocab_size=len(tokenizer),
        bos_token_id=tokenizer.bos_token_id,
        eos_token_id=tokenizer.eos_token_id,
    )
