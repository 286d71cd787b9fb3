"""Write the straight-line codelets of the compiled kernels: `python generate_codelets.py`.

Fourier transforms (`codelets_fourier.py`, `codelets_real.py`) and sorting networks (`codelets_sorting.py`), free of
branches and loops, so that a compiler keeps their temporaries in registers. What is written is committed, because
building the extension must need nothing but a C compiler.
"""

from __future__ import annotations

from pathlib import Path

from codelets_fourier import transform
from codelets_real import inverse_real_transform, real_transform
from codelets_sorting import networks


def main() -> None:
    written = {
        "dft16.h": transform(16),
        "dft32.h": transform(32),
        "real_dft32.h": real_transform(32),
        "real_dft64.h": real_transform(64),
        "inverse_real_dft64.h": inverse_real_transform(64),
        "sort_networks.h": networks(),
    }
    for name, lines in written.items():
        (Path(__file__).parent / name).write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
