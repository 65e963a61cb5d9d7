"""Baithak: a network of cities hears every group, learns, agrees, spends fairly, answers, remembers."""

__version__ = "0.1.0"
