"""What a reader predicts before a notebook shows it: asked in place, compared with what happens, counted for oneself alone.

``<assignment>.json`` beside this file holds the questions and what comes of them; ``python -m grader predictions`` writes it from
``exercises/<assignment>/predictions.py``. Both the pages of the site and the notebooks show them by ``idnn/explorables/predictions.js``.
What a reader answers stays in the browser that shows it.
"""

import functools
import json
from pathlib import Path

from idnn.explorables import widget

FOLDER = Path(__file__).parent


@functools.cache
def questions(assignment):
    """Return an assignment's questions by name."""
    return json.loads((FOLDER / f"{assignment}.json").read_text(encoding="utf-8"))


def settings(assignment, names):
    """Return what the module needs to ask some of an assignment's questions, or to sum all up where no name is given.

    Raises
    ------
    ValueError
        If there is no question of a name.
    """
    known = questions(assignment)
    unknown = [name for name in names if name not in known]
    if unknown:
        raise ValueError(f"no prediction is called {', '.join(unknown)}; there are {', '.join(known)}")
    asked = [{"name": name, **known[name]} for name in names]
    return {"assignment": assignment, "total": len(known), "questions": asked}


class Prediction:
    """Questions that are answered where there is a front end for widgets, or a page of the site; elsewhere a line of text."""

    def __init__(self, assignment, names):
        self.assignment, self.names = assignment, list(names)
        self.settings = settings(assignment, self.names)
        self._kept = None

    def __repr__(self):
        return "Write your prediction down before you run on." if self.names else "Compare with what you wrote down."

    def _repr_mimebundle_(self, **_):
        found = {"prediction": [self.assignment, self.names]}  # what builds a page finds it there
        return {"text/plain": repr(self)} | widget("predictions", self.settings, self.keep), {"text/plain": found}

    def _ipython_display_(self):
        from IPython.display import display

        data, metadata = self._repr_mimebundle_()
        display(data, metadata=metadata, raw=True)
        if not self.names:  # where the summary goes once the reader wants it in the notebook
            self._kept = display({"text/plain": ""}, raw=True, display_id=True)

    def keep(self, words):
        """Write the reader's summary below the widget, as the reader asked for it; return whether there is a place for it."""
        if self._kept is not None:
            self._kept.update({"text/plain": str(words)}, raw=True)
        return self._kept is not None


def predict(assignment, *names):
    """Return questions of an assignment as they are shown; without a name, what came of those that were answered."""
    return Prediction(assignment, names)
