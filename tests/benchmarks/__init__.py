"""Speed, as ratios measured in one run. `make bench` prints a line each: name, ratio, aim."""
