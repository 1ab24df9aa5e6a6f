"""``python -m benchmarks [name ...]``: run the benchmarks one after the other; results as JSON, table and picture in build/bench/."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

OWN = {"__init__", "__main__"}


def names() -> list[str]:
    """Return the benchmarks, the grading engine last: it takes longest."""
    found = sorted(path.stem for path in Path(__file__).parent.glob("*.py") if path.stem not in OWN)
    return sorted(found, key=lambda name: name == "grading")


def main(chosen: list[str]) -> int:
    unknown = set(chosen) - set(names())
    if unknown:
        print(f"no benchmark is called {', '.join(sorted(unknown))}; there are {', '.join(names())}", file=sys.stderr)
        return 2
    for name in chosen or names():
        print(f"\n== {name} ==", flush=True)
        importlib.import_module(f"benchmarks.{name}").main()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
