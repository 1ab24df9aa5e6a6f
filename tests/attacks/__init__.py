"""Hostile and accidental submissions: what each does, and that nothing comes of it.

One module per class of attack, each with a list ``ATTACKS`` of data; ``arena`` grades them and looks at what happened;
``python -m tests.attacks`` runs all, ``test_attacks.py`` runs them one by one under pytest.
"""

from __future__ import annotations

import importlib
import pkgutil

from tests.attacks.arena import Arena, Attack

__all__ = ["Arena", "Attack", "all_attacks"]


def all_attacks() -> list[Attack]:
    """Return every attack by a notebook; the module's name is its class. Those on a course as a whole are in ``courses``."""
    places = sorted(
        module.name for module in pkgutil.iter_modules(__path__) if not module.name.startswith(("_", "test", "courses"))
    )
    modules = [importlib.import_module(f"{__name__}.{name}") for name in places]
    found = [attack for module in modules for attack in getattr(module, "ATTACKS", ())]
    names = [attack.name for attack in found]
    assert len(set(names)) == len(names), "two attacks have one name"
    return found
