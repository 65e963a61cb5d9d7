"""The library as a folder of pages that opens without a server: for a memory stick, a phone, a hall."""

from baithak.exchange.offline.pack import pages, zipped

__all__ = ["pages", "zipped"]
