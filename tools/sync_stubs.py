"""Write each solution's signature and docstring into its notebook as a stub, or check that they agree.

    python tools/sync_stubs.py                         write the stale stubs of every notebook
    python tools/sync_stubs.py initialization          of one
    python tools/sync_stubs.py --check                 change nothing, list stale cells, exit 1 if there are any
    python tools/sync_stubs.py --solved build/solved   write the notebooks with all answers filled in to a folder

A public function without a cell, a cell without a function and unpaired markers are errors that name both sides.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from grader import catalogue, stubs  # noqa: E402  (the checkout is not installed; its rooms are found from here)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("assignments", nargs="*", help="default: every notebook")
    parser.add_argument("--check", action="store_true", help="list stale cells, write nothing, exit 1 if there are any")
    parser.add_argument("--solved", metavar="FOLDER", help="write solved notebooks there instead of stubs")
    options = parser.parse_args(arguments)
    slugs = options.assignments or sorted(
        path.parent.name for path in (catalogue.course().root / "notebooks").glob("*/*.ipynb")
    )
    exit_code = 0
    for slug in slugs:
        path = stubs.notebook_path(slug)
        try:
            notebook = json.loads(path.read_text(encoding="utf-8"))
            if options.solved:
                target = Path(options.solved) / f"{slug}.ipynb"
                write(stubs.solved(notebook, slug), target)
                print(f"{target}: solved")
                continue
            stale = stubs.synchronise(notebook, slug)
        except (OSError, ValueError) as error:
            print(f"{slug}: {error}", file=sys.stderr)
            exit_code = 1
            continue
        for name in stale:
            print(f"{path.relative_to(catalogue.course().root)}: {name} {'is stale' if options.check else 'written'}")
        if stale and options.check:
            exit_code = 1
        elif stale:
            write(notebook, path)
    return exit_code


def write(notebook: dict, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(notebook, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
