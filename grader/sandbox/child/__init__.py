"""The only project code, beside ``idnn``, that enters the jail. It knows no answer, no rule and no hidden case."""
