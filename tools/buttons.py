"""Write README's buttons from the address in course.toml: ``python tools/buttons.py [--check]``; without an address there are none."""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "site")]

from grader import catalogue  # noqa: E402  the paths come first
from sitekit import places  # noqa: E402  the paths come first


def main(arguments: list[str]) -> int:
    path = ROOT / "README.md"
    text = path.read_text(encoding="utf-8")
    new = places.in_readme(text, catalogue.read(ROOT).handout)
    if new == text:
        return 0
    if "--check" not in arguments:
        path.write_text(new, encoding="utf-8")
    print(path)
    return int("--check" in arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
