"""Every public map of the demonstration is there, computed, and names its source."""

import os
import re
import sys
import urllib.request


def page(address: str) -> str:
    with urllib.request.urlopen(address, timeout=20) as answer:
        return answer.read().decode()


base = sys.argv[1]
start = page(base + "/en/")
links = sorted(set(re.findall(r'href="(/en/dialogue/[^"]+/map/)"', start)))
expected = 2 if os.environ.get("BAITHAK_DATA") else 1
if len(links) < expected:
    sys.exit(f"the start page links {len(links)} maps, {expected} expected: {links}")
for link in links:
    told = page(base + link)
    if "<svg" not in told or "<table" not in told:
        sys.exit(f"{link} shows no map")
    print(f"{link}: map and table are there, {len(told)} characters")
