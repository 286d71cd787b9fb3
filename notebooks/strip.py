"""Takes out of notebooks what a run leaves in them: outputs, counts, metadata of editors.

python notebooks/strip.py
"""

import json
from pathlib import Path

KERNEL = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}


def strip(path: Path) -> None:
    """Write a notebook again without them."""
    notebook = json.loads(path.read_text(encoding="utf-8"))
    for cell in notebook["cells"]:
        cell["metadata"] = {}
        if cell["cell_type"] == "code":
            cell.update(execution_count=None, outputs=[])
    notebook.update(metadata=KERNEL, nbformat=4, nbformat_minor=5)
    text = json.dumps(notebook, indent=1, ensure_ascii=False, sort_keys=True) + "\n"
    path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    for found in sorted(Path(__file__).parent.glob("*.ipynb")):
        strip(found)
