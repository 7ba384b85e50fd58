"""Ratings: which pairs people judge, who sees what on which side, and what comes of it."""
