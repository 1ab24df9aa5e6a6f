"""Reference answers, one module per assignment: the source of every signature, docstring and stub."""
