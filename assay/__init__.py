"""The public engine: what a call did, values as plain trees, rules, verdicts, and ``check`` in the notebook. It imports no room of a course."""
