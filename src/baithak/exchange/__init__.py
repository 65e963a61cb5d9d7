"""The library of practices: what cities did, with sources, and how to find it."""
