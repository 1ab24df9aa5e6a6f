"""Give a new exercise its cells in the notebook, and bring all points in it up to date with exercises/.

    python tools/add_cells.py optimization warmup_lr --after schedule_lr_decay

The cells go behind those of the other exercise: heading and task, three folded hints, stub, a cell to try it, the graded check. What
stands in the task and the hints is to be written by you; the stub is filled by tools/sync_stubs.py. An exercise that has its cells
already only gets its points.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from grader import catalogue, stubs  # noqa: E402  (the checkout is not installed; its rooms are found from here)
from grader.cells import add, set_points  # noqa: E402


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("assignment")
    parser.add_argument("exercise", help="the function's name")
    parser.add_argument("--after", required=True, help="the exercise behind which it stands")
    options = parser.parse_args(arguments)
    path = stubs.notebook_path(options.assignment)
    try:
        notebook = json.loads(path.read_text(encoding="utf-8"))
        wanted = catalogue.exercises(options.assignment)
        for name in (options.exercise, options.after):
            if name not in wanted:
                raise ValueError(
                    f"exercises/{options.assignment}/ has no exercise {name!r}; there are {', '.join(wanted)}"
                )
        add(notebook, options.assignment, options.exercise, options.after)
        set_points(notebook, {name: exercise.points for name, exercise in wanted.items()})
    except (OSError, ValueError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    path.write_text(json.dumps(notebook, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(
        f"{path.relative_to(catalogue.course().root)}: {options.exercise}; write its task and hints, then run tools/sync_stubs.py"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
