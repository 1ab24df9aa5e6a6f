"""What a student reads for each known mistake, word for word: in the notebook, and on the feedback page.

``python -m tests.messages`` writes it to ``tests/messages/<assignment>.txt``; the diff is there to be read. The tests compare.
"""

from __future__ import annotations

import argparse
import re
from pathlib import Path

from assay.check import judge_visible, load_references
from grader import catalogue, stubs
from grader.judge import judge

# Their mistakes take seconds each; tests/test_tensorflow_signs.py and tests/test_gradient_debugging.py read some of their words.
SLOW = ("train_step", "fit", "initialize_parameters", "check_backward")
FOLDER = Path(__file__).parent / "messages"
NUMBER = re.compile(r"(?<![\w.])-?\d+(?:\.\d+)?(?:e[+-]?\d+)?")


def exercises(assignment: str) -> list[str]:
    """Return the exercises whose messages are stored."""
    return [name for name in catalogue.exercises(assignment) if name not in SLOW]


def written(assignment: str, name: str) -> str:
    """Return the messages of one exercise: for each mistake the check's, and the page's where it says something else."""
    blocks = []
    for mistake in catalogue.exercise(assignment, name).mistakes:
        function = stubs.as_in_notebook(mistake.function, assignment, name)
        visible = judge_visible(load_references(assignment)[name], function)
        hidden = judge(assignment, name, mistake.function, seed=0, seconds=300)  # machines are shared
        blocks.append(f"{mistake.id}\n{visible.text()}\npage: {hidden.message}\n")
    return "\n".join(blocks)


def path_of(assignment: str) -> Path:
    return FOLDER / f"{assignment}.txt"


def read(assignment: str) -> dict[str, str]:
    """Return the stored messages by exercise."""
    parts = re.split(r"^=== (\w+)\n", path_of(assignment).read_text(encoding="utf-8"), flags=re.M)[1:]
    return {name: text.strip("\n") + "\n" for name, text in zip(parts[::2], parts[1::2])}


def blocks(stored: str) -> dict[str, str]:
    """Return what is said of each mistake, of one exercise's stored messages."""
    parts = re.split(r"^(\w+)\n(?=\w+: )", stored, flags=re.M)[1:]
    return dict(zip(parts[::2], parts[1::2]))


def write(assignment: str) -> bool:
    """Write an assignment's messages; return whether the file changed."""
    text = "\n".join(f"=== {name}\n{written(assignment, name)}" for name in exercises(assignment))
    path = path_of(assignment)
    if path.is_file() and path.read_text(encoding="utf-8") == text:
        return False
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return True


def words_and_numbers(text: str) -> tuple[list[str], list[float]]:
    """Return the text between the numbers, and the numbers: another processor rounds the last digits otherwise."""
    return NUMBER.split(text), [float(number) for number in NUMBER.findall(text)]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("assignments", nargs="*", default=catalogue.existing())
    for slug in parser.parse_args().assignments:
        if write(slug):
            print(f"{path_of(slug)} written")
