"""Where the slip is: the smallest edit of a student's own code after which every visible case holds tells its place.

The place is told in levels: the line, the piece of it, the kind of slip; never the edited text. Of several edits that all work it tells what they
have in common. What is run are edits of the student's own function, in a copy of its namespace, on fresh copies of the inputs, for a limited
time; a function that reaches for files, the machine or names outside is not touched.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from assay import generators, streams, wire
from assay.locate.search import Clock, Search
from assay.locate.telling import Found, Place, claim_of, edit_as_text
from assay.locate.written import NotSearched, functions_written, source_of
from assay.spec import Spec
from assay.verdict import Verdict

SECONDS = 3.0  # for a whole search
ROOM = 64 << 20  # bytes that the process may grow by meanwhile
MOST_ITEMS = 20_000  # of what a candidate returns: a dict that an edit puts into itself has as many as may be, and fills that room
HOPELESS = {"missing", "time", "crash", "borrowed"}  # problems that no edit of a function's text is to mend


def locate(spec: Spec, function: Callable, verdict: Verdict, seconds: float = SECONDS) -> Place | None:
    """Return where the slip of a refused function is, or None where no edit of it is found that makes every case of `spec` hold.

    Takes what :func:`find` takes.
    """
    found = find(spec, function, verdict, seconds)
    return found.place if found else None


def find(spec: Spec, function: Callable, verdict: Verdict, seconds: float = SECONDS) -> Found | None:
    """Return the place of a refused function's slip with what mends it, or None where nothing is found that does.

    Parameters
    ----------
    spec : with references for every case
    function : the answer, as it stands in its notebook
    verdict : on the cases of `spec`
    seconds : float of the processor's time, for the whole search; three times as many by the clock
    """
    problems = [case.problem for case in verdict.cases]
    if verdict.passed or any(problem and problem.kind in HOPELESS for problem in problems):
        return None
    clock = Clock(seconds)
    try:
        functions = functions_written(function)
    except NotSearched:
        return None
    failing = [i for i, problem in enumerate(problems) if problem]
    try:
        with (
            generators.lent(),
            streams.quiet(),
            np.errstate(all="ignore"),
            bounded_memory(),
            wire.fewer_items(MOST_ITEMS),
        ):
            found = Search(spec, functions, clock, failing).run()
    except MemoryError:
        return None
    if not found:
        return None
    return Found(
        {one.name: one.source for one in functions},
        [[claim_of(one.name, edit) for one, edit in mend] for mend in found],
        tuple("; ".join(edit_as_text(edit) for _, edit in mend) for mend in found),
        tuple(source_of(functions, mend) for mend in found),
    )


@contextlib.contextmanager
def bounded_memory() -> Iterator[None]:
    """Let what an edit makes too large fail with MemoryError, where the system can do that: a kernel that is killed loses more than a place."""
    try:
        import resource

        pages = int(Path("/proc/self/statm").read_text().split()[0])
    except (ImportError, OSError):
        yield
        return
    usual = resource.getrlimit(resource.RLIMIT_AS)
    most = pages * resource.getpagesize() + ROOM
    if usual[0] == resource.RLIM_INFINITY or most < usual[0]:
        resource.setrlimit(resource.RLIMIT_AS, (most, usual[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, usual)


__all__ = ["HOPELESS", "SECONDS", "Found", "Place", "find", "locate"]
