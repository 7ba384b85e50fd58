"""The artifact store: one protocol, S3 for real and folders for one machine."""
