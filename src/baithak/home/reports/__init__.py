"""Reports that write themselves: what a place did in a quarter or a year, each figure with what it counts."""
