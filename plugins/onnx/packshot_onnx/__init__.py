"""ONNX models that users bring, as operations: cutout, restoration, upscaling, inpainting."""
