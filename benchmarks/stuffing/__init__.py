"""Ballot stuffing: what organised voting does to the common ground of real conversations."""
