"""The hand-in service on loopback: a class hands in within a few minutes, every tenth notebook hostile; how long each waits for its page.

    python -m benchmarks.serve [assignment]      default: initialization

The service is the command, with one worker a core, in a process of its own. IDNN_BENCH_UPLOADS sets the class (default 300),
IDNN_BENCH_MINUTES the time within which it hands in (default 5), at moments drawn from a seed. Results as JSON and table in build/bench/.
"""

from __future__ import annotations

import asyncio
import contextlib
import csv
import json
import os
import random
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import httpx

from grader import stubs
from grader.course import Course
from grader.grading import Log
from grader.release import release
from grader.simulate import simulated

ROOT = Path(__file__).parent.parent
OUTPUT = ROOT / "build" / "bench"
HOSTILE = {
    "an endless loop": "while True: pass",
    "a crash": "import os; os._exit(1)",
    "100 MB of output": "for _ in range(100): print('x' * 1_000_000)",
}
LONGEST = 300.0  # seconds after which an upload counts as lost


@dataclass(frozen=True)
class Wait:
    """What one student met: how long from the sending to the page, or why there is none."""

    student: str
    hostile: str
    seconds: float
    state: str


def main(slug: str = "initialization") -> None:
    size, minutes = int(os.environ.get("IDNN_BENCH_UPLOADS", "300")), float(os.environ.get("IDNN_BENCH_MINUTES", "5"))
    OUTPUT.mkdir(parents=True, exist_ok=True)
    results = []
    for verdicts in ("hidden", "visible"):
        with tempfile.TemporaryDirectory(prefix="serve-") as folder:
            course = Course.at(folder)
            release(course, slug)
            sent = notebooks(json.loads(course.released(slug).read_text(encoding="utf-8")), slug, size)
            with served(course, slug, verdicts, list(sent)) as (url, tokens):
                waits = asyncio.run(hand_in(url, slug, tokens, sent, minutes * 60))
            result = summary(waits, verdicts, minutes)
            result["graded"] = len(Log(course).entries())
        results.append(result)
        print("\n".join(table(result)), flush=True)
    (OUTPUT / "serve.json").write_text(json.dumps(results, indent=1) + "\n")
    (OUTPUT / "serve.md").write_text("\n\n".join("\n".join(table(result)) for result in results) + "\n")
    print(f"results: {OUTPUT}/serve.json, serve.md")


def notebooks(released: dict, slug: str, size: int) -> dict[str, tuple[str, bytes]]:
    """Return by student what is handed in: (what is hostile about it, the notebook)."""
    found, number = {}, 0
    for i in range(size):
        hostile = list(HOSTILE)[i // 10 % len(HOSTILE)] if i % 10 == 9 else ""
        if hostile:
            notebook = stubs.solved(json.loads(json.dumps(released)), slug)
            code = {"cell_type": "code", "metadata": {}, "source": HOSTILE[hostile], "outputs": []}
            notebook["cells"].insert(2, code)
            raw = json.dumps(notebook).encode()
        else:
            key, raw = simulated(slug, number, 1, released)
            while key.kind == "broken":
                number += 1
                key, raw = simulated(slug, number, 1, released)
            number += 1
        found[f"s{i:03d}"] = (hostile, raw)
    return found


@contextlib.contextmanager
def served(course: Course, slug: str, verdicts: str, students: list[str]) -> Iterator[tuple[str, dict[str, str]]]:
    """Run the two commands and give the service's address and the students' tokens."""
    command = [sys.executable, "-m", "grader"]
    subprocess.run(
        [*command, "tokens", *students, "--course", course.root], cwd=ROOT, check=True, stdout=subprocess.DEVNULL
    )
    with open(course.root / "tokens.csv", encoding="utf-8", newline="") as file:
        tokens = {row["id"]: row["token"] for row in csv.DictReader(file)}
    options = ["--course", course.root, "--verdicts", verdicts, "--port", "0"]
    server = subprocess.Popen([*command, "serve", slug, *options], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        said = server.stdout.readline()
        match = re.search(r"http://\S+(?=,)", said)
        assert match, said
        yield match[0], tokens
    finally:
        server.terminate()
        server.communicate()


async def hand_in(
    url: str, slug: str, tokens: dict[str, str], sent: dict[str, tuple[str, bytes]], seconds: float
) -> list[Wait]:
    """Let each student hand in at a moment of so many seconds, and wait for the page."""
    rng = random.Random(1)
    async with httpx.AsyncClient(base_url=url, timeout=60, limits=httpx.Limits(max_connections=None)) as client:

        async def one(student: str, hostile: str, raw: bytes) -> Wait:
            await asyncio.sleep(rng.random() * seconds)
            headers = {"Authorization": f"Bearer {tokens[student]}", "Accept": "application/json"}
            start = time.monotonic()
            answer = await client.post(f"/hand-ins/{slug}", content=raw, headers=headers)
            state = answer.json().get("state", answer.json().get("error"))
            while state == "waiting" and time.monotonic() - start < LONGEST:
                state = (await client.get(f"/hand-ins/{slug}?wait=20", headers=headers)).json()["state"]
            page = await client.get(f"/hand-ins/{slug}", headers={**headers, "Accept": "text/html"})
            state = state if page.status_code == 200 and slug in page.text else f"no page: {page.status_code}"
            return Wait(student, hostile, time.monotonic() - start, state)

        return await asyncio.gather(*(one(student, *what) for student, what in sent.items()))


def summary(waits: list[Wait], verdicts: str, minutes: float) -> dict:
    """Return how long honest and hostile uploads waited, and how many were lost."""
    found: dict = {"verdicts": verdicts, "uploads": len(waits), "minutes": minutes, "waits": [asdict(w) for w in waits]}
    found["lost"] = [f"{wait.student}: {wait.state}" for wait in waits if wait.state not in ("graded", "checked")]
    for who, group in (("honest", [w for w in waits if not w.hostile]), ("hostile", [w for w in waits if w.hostile])):
        seconds = sorted(wait.seconds for wait in group)
        found[who] = {
            "number": len(seconds),
            "median": statistics.median(seconds),
            "p95": seconds[int(0.95 * (len(seconds) - 1))],
            "slowest": seconds[-1],
        }
    return found


def table(result: dict) -> list[str]:
    lines = [
        f"{result['uploads']} uploads within {result['minutes']:g} minutes, {result['verdicts']} verdicts: {len(result['lost'])} lost",
        "",
        "| upload to page, seconds | number | median | 95 % | slowest |",
        "|---|---|---|---|---|",
    ]
    for who in ("honest", "hostile"):
        row = result[who]
        lines.append(f"| {who} | {row['number']} | {row['median']:.2f} | {row['p95']:.2f} | {row['slowest']:.2f} |")
    return lines


if __name__ == "__main__":
    main(*sys.argv[1:])
