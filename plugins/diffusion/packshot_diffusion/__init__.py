"""Diffusion pipelines that users bring, as operations: inpainting, new grounds, relighting."""
