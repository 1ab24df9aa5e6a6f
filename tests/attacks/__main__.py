"""Grade every attack and say what it achieved: ``python -m tests.attacks [part of a name ...]``.

As root, the suite runs a second time as a user without privileges. Last line: ``N attacks, 0 succeeded``; exit code 1 otherwise.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path

for name in ("OMP", "OPENBLAS"):
    os.environ.setdefault(f"{name}_NUM_THREADS", "1")
os.environ.setdefault("MPLBACKEND", "Agg")

from tests.attacks import Arena, all_attacks  # noqa: E402
from tests.attacks.ordinary import as_ordinary_user  # noqa: E402


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.attacks", description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", help="only attacks whose name or class contains one of these")
    parser.add_argument("--once", action="store_true", help="only as the present user")
    options = parser.parse_args()
    attacks = [
        attack
        for attack in all_attacks()
        if not options.names or any(word in f"{_kind(attack)} {attack.name}" for word in options.names)
    ]
    other = None
    if os.getuid() == 0 and not options.once:
        command = [sys.executable, "-m", "tests.attacks", "--once", *options.names]
        other, why_not = as_ordinary_user(command)
    succeeded, graded = _run(attacks)
    if os.getuid() == 0 and not options.once:
        if other is None:
            print(f"NOT REPEATED as an ordinary user: {why_not}", flush=True)
        else:
            said, _ = other.communicate()
            lines = said.strip().splitlines()
            print("the same as an ordinary user:", *(line for line in lines if not line.startswith("ok ")), sep="\n  ")
            if other.returncode:
                succeeded += 1
    print(f"{graded} attacks, {succeeded} succeeded")
    return 1 if succeeded else 0


def _run(attacks: list) -> tuple[int, int]:
    succeeded = 0
    start = time.monotonic()
    with Arena() as arena:
        for attack in attacks:
            begun = time.monotonic()
            won = arena.run(attack)
            succeeded += bool(won)
            word = "SUCCEEDED" if won else "ok"
            line = f"{word:<9} {time.monotonic() - begun:5.1f} s  {_kind(attack):<11} {attack.name}: {attack.does}"
            print(line, *(f"          {one}" for one in won), sep="\n", flush=True)
    print(
        f"as user {os.getuid()}: {len(attacks)} attacks in {time.monotonic() - start:.0f} s, {succeeded} succeeded",
        flush=True,
    )
    return succeeded, len(attacks)


def _kind(attack) -> str:
    import tests.attacks as suite

    for path in Path(suite.__file__).parent.glob("*.py"):
        module = sys.modules.get(f"tests.attacks.{path.stem}")
        if attack in getattr(module, "ATTACKS", ()):
            return path.stem
    return ""


if __name__ == "__main__":
    sys.exit(main())
