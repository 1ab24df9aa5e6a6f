"""What each tier of isolation costs a submission, as ratios in one run: ``python -m benchmarks.isolation [assignment]``.

The tiers take turns, so that whatever else the machine does meets all of them: an empty session, and an honest submission graded as a
whole. The first column is the tier without isolation.
"""

from __future__ import annotations

import contextlib
import json
import statistics
import sys
import tempfile
import time

from grader import catalogue, stubs
from grader.course import Course
from grader.notebook import grade_notebook
from grader.release import release
from grader.sandbox import ForkServer, tiers
from grader.submission import restore

TURNS = 15


def main(slug: str = "initialization") -> None:
    there = [tier for tier in (tiers.NONE, *tiers.TIERS) if not tier.why_not()]
    with tempfile.TemporaryDirectory() as folder:
        course = Course.at(folder)
        release(course, slug)
        released = json.loads(course.released(slug).read_text())
    raw = json.dumps(stubs.solved(released, slug)).encode()
    row = catalogue.course()[slug]
    spent: dict[str, dict[str, list[float]]] = {
        tier.name: {"start": [], "session": [], "submission": []} for tier in there
    }
    with contextlib.ExitStack() as stack:
        servers = []
        for tier in there:
            server = stack.enter_context(ForkServer(row.needs, row.data, tier=tier))
            with _timed(spent[tier.name]["start"]):
                server.start()
            grade_notebook(restore(raw, released), slug, server, 1)  # references are computed once
            servers.append(server)
        for _ in range(TURNS):
            for server in servers:
                server.session().close()  # the one that was made ready while a submission was graded
                with _timed(spent[server.tier.name]["session"]), server.session():
                    pass
                with _timed(spent[server.tier.name]["submission"]):
                    grade_notebook(restore(raw, released), slug, server, 1)
    first = spent[there[0].name]
    print(f"{slug}, median of {TURNS}; milliseconds by the clock, and the ratio to {there[0].name}")
    for name, kinds in spent.items():
        medians = {kind: statistics.median(seconds) for kind, seconds in kinds.items()}
        told = (
            f"{kind} {1000 * value:.0f} ({value / statistics.median(first[kind]):.2f})"
            for kind, value in medians.items()
        )
        print(f"  {name:<11}", ", ".join(told), flush=True)
    for tier in tiers.TIERS:
        if tier not in there:
            print(f"  {tier.name:<11} not here: {tier.why_not()}")


@contextlib.contextmanager
def _timed(spent: list[float]):
    begun = time.perf_counter()
    yield
    spent.append(time.perf_counter() - begun)


if __name__ == "__main__":
    main(*sys.argv[1:])
