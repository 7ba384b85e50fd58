"""Turns uploads, URLs and bucket notifications into validated photos and jobs."""
