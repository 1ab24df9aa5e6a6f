"""``python -m tests.claims [assignment ...]``: recompute the claims and print claim, expected and measured, two at a time."""

from __future__ import annotations

import importlib
import os
import sys
import time
from concurrent.futures import ProcessPoolExecutor

from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from tests.claims import Claim
from tests.conftest import assignments_with_notebooks


def claims(assignment: str) -> list[Claim]:
    return importlib.import_module(f"tests.claims.{assignment}").CLAIMS


def measured(assignment: str, number: int) -> tuple[str, bool, float]:
    """Measure one claim; in a worker process."""
    start = time.process_time()
    try:
        words, holds = claims(assignment)[number].measure()
    except Exception as error:
        words, holds = f"{type(error).__name__}: {error}", False
    return words, holds, time.process_time() - start


def main(assignments: list[str]) -> int:
    console = Console(highlight=False)
    jobs = [(slug, i) for slug in assignments for i in range(len(claims(slug)))]
    start = time.monotonic()
    results: dict[tuple[str, int], tuple[str, bool, float]] = {}
    with ProcessPoolExecutor(os.cpu_count()) as pool, Progress(console=console, transient=True) as bar:
        task = bar.add_task("recomputing claims", total=len(jobs))
        futures = {job: pool.submit(measured, *job) for job in jobs}
        for job, future in futures.items():
            results[job] = future.result()
            bar.update(task, advance=1, description=job[0])
    for slug in assignments:
        table = Table(title=slug, title_justify="left", show_lines=True)
        for heading in ("claim", "expected", "measured", "holds", "CPU"):
            table.add_column(heading, overflow="fold")
        for i, claim in enumerate(claims(slug)):
            words, holds, seconds = results[slug, i]
            table.add_row(claim.text, claim.expected, words, "yes" if holds else "NO", f"{seconds:.1f} s")
        console.print(table)
    held = sum(holds for _, holds, _ in results.values())
    console.print(f"recomputed in {time.monotonic() - start:.0f} s")
    console.print(f"claims {held}/{len(jobs)} hold")
    return 0 if held == len(jobs) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:] or assignments_with_notebooks()))
