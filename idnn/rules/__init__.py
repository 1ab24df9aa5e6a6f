"""Rules that only one assignment needs, one module per assignment."""
