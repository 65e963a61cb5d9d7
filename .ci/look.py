"""Every public result of the demonstration is there, computed: maps, the counted budget, the draw."""

import os
import re
import sys
import urllib.parse
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

counted = re.findall(r'href="(/en/b/[^"]+/result/)"', start)
drawn = re.findall(r'href="(/en/p/[^"]+/draw/)"', start)
if len(counted) != 1 or len(drawn) != 1:
    sys.exit(
        f"the start page links {len(counted)} counted budgets and {len(drawn)} draws, not 1 and 1"
    )
told = page(base + counted[0])
if told.count('class="funded"') != 1 or "verify_count.py" not in told:
    sys.exit(f"{counted[0]} shows no counted result")
told = page(base + drawn[0])
if "Chance named panel number" not in told:
    sys.exit(f"{drawn[0]} shows no draw")
print("the budget is counted, the panel is drawn")

# The library: all of it, its sources, and found in eight languages and by slips.
shelf = page(base + "/en/exchange/?kind=practice")
if "154 results" not in shelf:  # 153 that come along, one of the example city
    sys.exit("the library does not show 153 practices and the example's own")
told = page(base + "/en/exchange/practice/bilbao-anti-rumour-strategy/")
if "https://moving-cities.eu/bilbao-1/the-anti-rumours-strategy" not in told:
    sys.exit("a practice shows no source")
for words in ("rumours", "গুজব", "अफवाह", "افواہیں", "வதந்தி", "කටකතා", "ދޮގު ޚަބަރު", "हल्ला", "rumurs"):
    found = page(base + "/en/exchange/?" + urllib.parse.urlencode({"q": words}))
    if "bilbao-anti-rumour-strategy" not in found:
        sys.exit(f"Bilbao's practice on rumours is not found by {words}")
print("153 practices with their sources, found in eight languages")
