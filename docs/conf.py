"""Site of the course: the notebooks as they were committed, the pages of docs/, and the package."""

import re
import shutil
from pathlib import Path

from mvacourse import __version__ as release

docs = Path(__file__).parent

# Sphinx reads only what lies below this folder.
shutil.rmtree(docs / "notebooks", ignore_errors=True)
shutil.copytree(docs.parent / "notebooks", docs / "notebooks")

project = "Restoration with Generative Priors"
author = "mvacourse contributors"
copyright = "2026, mvacourse contributors"
version = release

extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
exclude_patterns = ["**/.ipynb_checkpoints"]
nb_execution_mode = "off"
myst_enable_extensions = ["dollarmath", "amsmath"]
myst_heading_anchors = 3
autodoc_typehints = "none"
autodoc_default_options = {"members": True, "exclude-members": "set"}
suppress_warnings = ["myst.header", "myst.xref_missing"]

html_theme = "pydata_sphinx_theme"
html_title = project
html_sidebars = {"**": []}
html_theme_options = {
    "github_url": "https://github.com/mvacourse/mvacourse",
    "logo": {"text": "mvacourse"},
}


def escape_bars(app, what, name, obj, options, lines):
    """Keep |x| in a docstring from being read as a substitution."""
    for i, line in enumerate(lines):
        if not line.lstrip().startswith(">>>"):
            lines[i] = re.sub(r"(`+)[^`]*\1|\|", lambda m: m[0] if m[1] else r"\|", line)


def setup(app):
    """Let Sphinx call `escape_bars` before it reads a docstring."""
    app.connect("autodoc-process-docstring", escape_bars, priority=0)
