"""What builds the self-study site; ``site/build.py`` is its command. Data flows one way: notebooks -> executed -> pages -> Sphinx, and live."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / "build"
SITE = BUILD / "site"  # what is published
WORK = BUILD / "site-work"  # what Sphinx and JupyterLite read
CACHE = BUILD / "site-cache"  # executed notebooks and downloaded packages, by content; safe to delete
