"""Annotation of data sets: pictures go to people, their work is compared, decided and published as a new version."""
