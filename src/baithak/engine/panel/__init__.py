"""Panels by fair lottery: a pool and quotas in, a proven lottery and a draw anybody can replay out."""
