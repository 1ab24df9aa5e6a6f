"""``python -m grader``."""

import sys

# jsonschema would build a grammar of internationalised addresses, which no notebook has, in half of the time that a command starts in
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]

from grader.cli import app  # noqa: E402

app(prog_name="python -m grader")
