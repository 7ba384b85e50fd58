"""Pictures from strangers: safe decode and encode, colour management, pixel formats, the frame codec."""
