"""Makes data sets: crawls politely, imports folders and buckets, cleans, removes duplicates, splits, varies."""
