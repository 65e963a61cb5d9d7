"""The pack of a handover: one signed ZIP with pages to read, papers to print and open data (R25)."""

from baithak.home.pack.building import build

__all__ = ["build"]
