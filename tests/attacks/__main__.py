"""Grade every attack and say what it achieved: ``python -m tests.attacks [part of a name ...]``.

Each is tried on the direct path and on nbgrader's; as root, the suite runs a second time as a user without privileges. Attacks that concern the
walls are then tried in each lesser tier of isolation, on a machine made to lack what the better ones need. The last lines say how
long a class of twenty waits for five who run into every limit, and ``N attacks, 0 succeeded``; exit code 1 where either is not as it must be.
"""

from __future__ import annotations

import argparse
import itertools
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

for name in ("OMP", "OPENBLAS"):
    os.environ.setdefault(f"{name}_NUM_THREADS", "1")
os.environ.setdefault("MPLBACKEND", "Agg")

from tests.attacks import Arena, Attack, all_attacks, courses, holdup, machines, plugin  # noqa: E402
from tests.attacks.ordinary import as_ordinary_user  # noqa: E402

PATHS = ("direct", "nbgrader")
WALLS = ("courses", "escaping", "reading", "tampering", "growing", "exhausting")  # classes that concern the walls


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.attacks", description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", help="only attacks whose name or class contains one of these")
    parser.add_argument(
        "--once", action="store_true", help="only as the present user, without the class that is held up"
    )
    parser.add_argument("--tier", choices=list(machines.MACHINES)[1:], help="only on a machine whose best tier is this")
    parser.add_argument("--path", choices=PATHS, action="append", help="only on this path")
    options = parser.parse_args()
    if options.tier:
        return bool(_in_tier(options.tier, options.names))
    attacks = [
        attack
        for attack in [*all_attacks(), *courses.ATTACKS]
        if not options.names or any(word in f"{_kind(attack)} {attack.name}" for word in options.names)
    ]
    other = None
    again = os.getuid() == 0 and not options.once
    if again:
        paths = [word for path in options.path or () for word in ("--path", path)]
        command = [sys.executable, "-m", "tests.attacks", "--once", *paths, *options.names]
        other, why_not = as_ordinary_user(command)
    succeeded = _run(attacks, options.path or PATHS)
    if again and other is None:
        print(f"NOT REPEATED as an ordinary user: {why_not}", flush=True)
    elif again:
        said, _ = other.communicate()
        lines = said.strip().splitlines()
        print("the same as an ordinary user:", *(line for line in lines if not line.startswith("ok ")), sep="\n  ")
        succeeded += bool(other.returncode)
    if not options.once and not options.names:
        succeeded += sum(_in_tier(tier, []) for tier in list(machines.MACHINES)[1:])
    held = None
    if not options.once and not options.names:  # when nothing else of ours runs
        held = holdup.measured()
        print(held, flush=True)
    print(f"{len(attacks)} attacks, {succeeded} succeeded")
    return 1 if succeeded or held and not held.kept else 0


def _in_tier(tier: str, names: list[str]) -> int:
    """Try attacks, those on the walls where none are named, on a machine whose best tier is `tier`; return whether one succeeded."""
    probe = "from grader.sandbox import tiers; print(tiers.why_not_isolated())"
    with machines.command(tier) as machine:
        probed = subprocess.run([*machine, "-c", probe], capture_output=True, text=True)
        if why_not := probed.stdout.strip() or probed.stderr.strip():
            print(f"{tier}: NOT TRIED: {why_not}", flush=True)
            return 0
        command = [*machine, "-m", "tests.attacks", "--once", "--path", "direct", *(names or WALLS)]
        run = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        for line in run.stdout:
            if not line.startswith("ok ") or names:
                print(f"  {line}", end="", flush=True)
        return int(bool(run.wait()))


def _run(attacks: list, paths: Sequence[str]) -> int:
    """Try the attacks and return how many of the tries succeeded."""
    succeeded, start = 0, time.monotonic()
    with Arena() as arena:
        for path in paths:
            begun = time.monotonic()
            alone = [attack for attack in attacks if isinstance(attack, Attack)]
            tries = ((attack, *_timed(arena.run, attack)) for attack in alone)
            tries = tries if path == "direct" else plugin.run(arena, alone)
            for attack, seconds, won in itertools.chain(tries, courses.run(arena, attacks, path)):
                if attack is None and not won:
                    continue
                succeeded += bool(won)
                word = "SUCCEEDED" if won else "ok"
                what = f"{_kind(attack):<11} {attack.name}: {attack.does}" if attack else "a class as a whole"
                line = f"{word:<9} {seconds:5.1f} s  {path:<8} {what}"
                print(line, *(f"          {one}" for one in won), sep="\n", flush=True)
            print(f"{path} path: {len(attacks)} attacks in {time.monotonic() - begun:.0f} s", flush=True)
    print(
        f"{arena.server.tier.name}, as user {os.getuid()}: {len(attacks)} attacks in {time.monotonic() - start:.0f} s, {succeeded} succeeded",
        flush=True,
    )
    return succeeded


def _timed(run: Callable, attack: Attack) -> tuple[float, list[str]]:
    begun = time.monotonic()
    won = run(attack)
    return time.monotonic() - begun, won


def _kind(attack) -> str:
    import tests.attacks as suite

    for path in Path(suite.__file__).parent.glob("*.py"):
        module = sys.modules.get(f"tests.attacks.{path.stem}")
        if attack in getattr(module, "ATTACKS", ()):
            return path.stem
    return ""


if __name__ == "__main__":
    sys.exit(main())
