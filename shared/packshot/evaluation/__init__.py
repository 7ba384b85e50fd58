"""How good operations are on a data set: the field's measures, with intervals, side by side."""
