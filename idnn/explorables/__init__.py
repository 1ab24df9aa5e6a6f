"""Figures that a reader can touch: one ES module each, the same on a page of the site and in a notebook.

An explorable is ``<name>.js`` in this folder; its default export is what anywidget runs, and ``explore(el, settings, model)`` is what a page
calls. What it computes stands apart from what it draws, in a module of its own, and :func:`module` puts both into one file.
"""

import re
from pathlib import Path

FOLDER = Path(__file__).parent
IMPORT = re.compile(r'^import \{[^}]*\} from "\./([\w-]+\.js)";\n', re.M)


def names():
    """Return the names of all explorables."""
    return sorted(path.stem for path in FOLDER.glob("*.js") if "export default" in path.read_text(encoding="utf-8"))


def module(name):
    """Return an explorable as one ES module, the modules of this folder that it imports written into it."""
    text = (FOLDER / f"{name}.js").read_text(encoding="utf-8")
    for file in IMPORT.findall(text):
        inner = re.sub("^export ", "", (FOLDER / file).read_text(encoding="utf-8"), flags=re.M)
        text = IMPORT.sub(lambda _, inner=inner: inner, text, count=1)
    return text


def style():
    """Return the style sheet of all explorables."""
    return (FOLDER / "explorables.css").read_text(encoding="utf-8")


class Explorable:
    """A still picture, in whose place an explorable stands where there is a front end for widgets, or a page of the site.

    Parameters
    ----------
    name : str, the module's name
    still : Figure that was described by ``plots.describe``
    settings : dict of plain values, read by the module
    answer : function(question) -> plain values
        Called in the kernel for every question of the module.
    """

    def __init__(self, name, still, settings, answer):
        self.name, self.still, self.settings, self.answer = name, still, settings, answer
        self.alt_text = still.alt_text

    def _repr_mimebundle_(self, **_):
        data, metadata = self.still._repr_mimebundle_()
        metadata["image/png"]["explorable"] = self.name  # what builds a page finds it there
        return data | self._widget(), metadata

    def _widget(self):
        """Return the mime type by which a front end finds the widget; nothing where anywidget is not installed."""
        try:
            import anywidget
            import traitlets
        except ImportError:
            return {}

        class Widget(anywidget.AnyWidget):
            _esm, _css = module(self.name), style()
            settings = traitlets.Dict(self.settings).tag(sync=True)

        widget = Widget()
        widget.on_msg(lambda _, said, __: widget.send({"id": said["id"], "answer": self.answer(said["question"])}))
        bundle = widget._repr_mimebundle_()
        shown = bundle[0] if isinstance(bundle, tuple) else bundle
        return {kind: value for kind, value in (shown or {}).items() if kind.endswith("widget-view+json")}
