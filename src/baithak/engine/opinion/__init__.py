"""Opinion maps: votes in, groups, common ground and honest uncertainty out."""
