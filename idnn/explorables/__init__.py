"""Figures that a reader can touch: one ES module each, the same on a page of the site and in a notebook.

An explorable is ``<name>.js`` in this folder; its default export is what anywidget runs, and ``explore(el, settings, model)`` is what a page
calls. What it computes stands apart from what it draws, in a module of its own, and :func:`module` puts both into one file.
"""

import re
from pathlib import Path

import numpy as np

FOLDER = Path(__file__).parent
IMPORT = re.compile(r'^import \{[^}]*\} from "\./([\w-]+\.js)";\n', re.M)


def names():
    """Return the names of all explorables."""
    return sorted(path.stem for path in FOLDER.glob("*.js") if "export default" in path.read_text(encoding="utf-8"))


def module(name):
    """Return an explorable as one ES module, the modules of this folder that it imports written into it."""
    return _whole(f"{name}.js", set())


def _whole(file, written):
    """Return a module with what it imports in the imports' place, each once."""

    def inner(found):
        if found[1] in written:
            return ""
        written.add(found[1])
        return re.sub("^export ", "", _whole(found[1], written), flags=re.M)

    return IMPORT.sub(inner, (FOLDER / file).read_text(encoding="utf-8"))


def style():
    """Return the style sheet of all explorables."""
    return (FOLDER / "explorables.css").read_text(encoding="utf-8")


class Told(Exception):
    """What went wrong in a student's function, in one line."""


def called(function, *arguments, **options):
    """Return what a student's function returns; what it raises is told."""
    try:
        return function(*arguments, **options)
    except Exception as error:  # whatever it is, the explorable shows it
        raise Told(told(function.__name__, error)) from error


def told(name, error):
    """Return in one line what went wrong in a function."""
    if isinstance(error, Told):
        return str(error)
    said = str(error).partition("\n")[0]
    return f"{name} raised {type(error).__name__}{said and ': '}{said}"


def arrays(name, returned, shapes):
    """Return those arrays of a dict of which the shapes are given; what a student's function returned instead is told."""
    if not isinstance(returned, dict):
        raise Told(f"{name} returned {type(returned).__name__}, expected a dict")
    found = {}
    for key, shape in shapes.items():
        if key not in returned:
            raise Told(f"{name} returned no {key}")
        try:
            found[key] = np.asarray(returned[key], dtype=float)
        except (TypeError, ValueError):
            raise Told(f"{name} returned {key} that is no array of numbers") from None
        if found[key].shape != shape:
            raise Told(f"{name} returned {key} of shape {found[key].shape}, expected {shape}")
    return found


def plain(values):
    """Return an array as nested lists, with None for what is no finite number: JSON has no other word for it."""
    values = np.asarray(values, dtype=float)
    return np.where(np.isfinite(values), values, None).tolist()


class Explorable:
    """A still picture, in whose place an explorable stands where there is a front end for widgets, or a page of the site.

    Parameters
    ----------
    name : str, the module's name
    still : Figure that was described by ``plots.describe``
    settings : dict of plain values, read by the module
    answer : function(question) -> plain values, or None
        Called in the kernel for every question of the module. None where it asks none: then it stands on a page with the same settings.
    """

    def __init__(self, name, still, settings, answer=None):
        self.name, self.still, self.settings, self.answer = name, still, settings, answer
        self.alt_text = still.alt_text

    def _repr_mimebundle_(self, **_):
        data, metadata = self.still._repr_mimebundle_()
        metadata["image/png"]["explorable"] = self.name  # what builds a page finds it there
        if self.answer is None:
            metadata["image/png"]["settings"] = self.settings
        return data | widget(self.name, self.settings, self.answer), metadata


def widget(name, settings, answer):
    """Return the mime type by which a front end finds a module's widget; nothing where anywidget is not installed.

    Parameters
    ----------
    name : str, the module's name
    settings : dict of plain values, read by the module
    answer : function(question) -> plain values, called in the kernel; None where the module asks nothing
    """
    try:
        import anywidget
        import traitlets
    except ImportError:
        return {}

    class Widget(anywidget.AnyWidget):
        _esm, _css = module(name), style()
        settings = traitlets.Dict().tag(sync=True)

    shown = Widget(settings=settings)
    if answer:
        shown.on_msg(lambda _, said, __: shown.send({"id": said["id"], "answer": answer(said["question"])}))
    bundle = shown._repr_mimebundle_()
    data = bundle[0] if isinstance(bundle, tuple) else bundle
    return {kind: value for kind, value in (data or {}).items() if kind.endswith("widget-view+json")}
