"""Writes docs/permissions.md from the code, so that it cannot be out of date.

python -m baithak.home.docs           writes the page
python -m baithak.home.docs --check   exits 1 where the page differs from the code
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

PAGE = Path("docs/permissions.md")

HEAD = """# Who may do what

This page is written by `make docs` from the code; a test fails when it is out of date. Each
permission is a sentence of named predicates in its room's `rules.py`. A thing outside somebody's
scope answers “not found”, whatever the permission. `manage`-like rights never come from being
somebody's superior: they come from a membership with a role at the place.

"""


def text() -> str:
    """The page as the code tells it."""
    from rules.permissions import permissions
    from rules.rulesets import default_rules

    from baithak.web.gate import LIBRARIES, gates

    guarded: dict[str, list[str]] = {}
    public: list[tuple[str, str]] = []
    libraries: dict[str, int] = {}
    for path, _, view in gates():
        sign = getattr(view, "gate", None)
        address = "/" + path.replace("<str:", "<").replace("<slug:", "<").replace("<uuid:", "<")
        if sign is None:
            library = next(name for name in LIBRARIES if view.__module__.startswith(name))
            libraries[library] = libraries.get(library, 0) + 1
        elif sign.permission is None:
            public.append((address, sign.reason))
        else:
            guarded.setdefault(sign.permission, []).append(address)
    lines = [
        HEAD,
        "## Permissions\n",
        "| permission | who, and when | pages |",
        "| --- | --- | --- |",
    ]
    known = {**permissions, **default_rules}
    for name in sorted(known):
        pages = "<br>".join(f"`{page}`" for page in sorted(guarded.get(name, []))) or "—"
        rule = str(known[name].name).replace("|", "\\|")
        lines.append(f"| `{name}` | {rule} | {pages} |")
    lines += ["\n## Pages without sign-in, and why\n", "| page | why |", "| --- | --- |"]
    lines += [f"| `{page}` | {reason} |" for page, reason in sorted(public)]
    lines += ["\n## Pages of libraries\n"]
    lines += [
        f"- `{name}*` ({count} addresses): sign-in, second factor and their own rules"
        for name, count in sorted(libraries.items())
    ]
    return "\n".join(lines) + "\n"


def main(arguments: list[str]) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "baithak.settings")
    import django

    django.setup()
    told = text()
    if "--check" in arguments:
        if not PAGE.exists() or PAGE.read_text() != told:
            sys.stderr.write(f"{PAGE} is out of date: run `make docs`.\n")
            return 1
        return 0
    PAGE.write_text(told)
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
