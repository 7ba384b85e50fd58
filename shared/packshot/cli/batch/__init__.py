"""What `packshot run` does: photos in, listings submitted, jobs followed, files and reports out."""
