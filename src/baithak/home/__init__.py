"""Room: home."""
