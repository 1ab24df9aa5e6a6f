"""The only project code, beside ``assay`` and the course's library, that enters the jail. It knows no answer, no rule and no hidden case."""
