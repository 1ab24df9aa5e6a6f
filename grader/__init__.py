"""The autograder: judges student functions on plain values, away from the process that runs them."""

import os
import sys

# nbgrader calls `alembic` by name; it lies beside the interpreter, also when the environment was not activated.
_programs = os.path.dirname(sys.executable)
if _programs not in os.environ.get("PATH", "").split(os.pathsep):
    os.environ["PATH"] = os.pathsep.join([_programs, os.environ.get("PATH", os.defpath)])

# jsonschema, which nbformat imports, builds this grammar of addresses, where it is installed, in half the time that a command takes to start.
# No notebook's schema asks for it.
sys.modules.setdefault("rfc3987_syntax", None)
