"""Sphinx: the static pages. ``site/build.py`` prepares what is read and calls it with ``-c site``."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from grader import catalogue  # noqa: E402  the path comes first

project = catalogue.course().title
author = "the course's authors"
copyright = "the course's authors. Text and figures: CC BY 4.0. Code: MIT"
language = "en"

extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "sphinx.ext.mathjax"]
exclude_patterns = ["_build", "figures"]
nb_execution_mode = "off"  # the notebooks come executed
nb_merge_streams = True
myst_enable_extensions = ["amsmath", "colon_fence", "deflist", "dollarmath"]
myst_heading_anchors = 3
# the reader's API, not the graders'; types as the docstrings have them
autodoc_typehints = "none"
autodoc_member_order = "bysource"
napoleon_numpy_docstring, napoleon_google_docstring = True, False
napoleon_use_rtype = False
napoleon_use_ivar = True

html_theme = "sphinx_book_theme"
html_title = project
html_static_path = ["theme", str(ROOT / "build" / "site-work" / "static")]
html_extra_path = [str(ROOT / "build" / "site-work" / "extra")]
html_css_files, html_js_files = ["site.css", "explorables/explorables.css"], ["site.js"]
html_logo, html_favicon = "theme/logo.svg", "theme/favicon.svg"
html_use_index = html_domain_indices = False  # the search finds more
html_copy_source = html_show_sourcelink = html_show_sphinx = False
html_theme_options = {
    "navbar_persistent": [],
    "show_toc_level": 2,
    "home_page_in_toc": False,
    "use_download_button": False,
    "use_fullscreen_button": False,
    "pygments_light_style": "a11y-high-contrast-light",
    "pygments_dark_style": "a11y-high-contrast-dark",
}
mathjax_path = "mathjax/tex-chtml.js"  # shipped with the site: nothing is fetched from elsewhere
mathjax3_config = {
    "options": {"enableMenu": False},  # no tab stop at each formula; assistive MathML stays on
    "chtml": {"displayOverflow": "linebreak"},
}
