"""How much of a student's code our own side highlights or parses: what does so may take the square of its length, or more."""

from __future__ import annotations

import re

from grader.stubs import text

MAX_CODE = 10_000  # characters of a cell; the course's longest has 1,700
MAX_LINE = 500  # characters of one line of it
MAX_BLANK = 200  # white space in a row
_BLANK = re.compile(rf"\s{{{MAX_BLANK + 1}}}")


def is_code(source: str) -> bool:
    """Whether a cell can be highlighted and parsed in no time; what cannot is shown without colours."""
    return len(source) <= MAX_CODE and max(map(len, source.split("\n"))) <= MAX_LINE and _BLANK.search(source) is None


def without_colours(notebook: dict) -> None:
    """Mark the cells that cannot be highlighted in no time, so that neither formgrader nor nbconvert tries to."""
    notebook["metadata"].setdefault("language_info", {"name": "python"})["pygments_lexer"] = "ipython3"
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code" and not is_code(text(cell)):
            # where nbconvert looks for another lexer, if the notebook's is IPython's
            cell["metadata"]["magics_language"] = "text"
