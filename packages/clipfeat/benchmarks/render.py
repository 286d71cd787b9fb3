"""Put the measured figures into the README: `python benchmarks/render.py [--check]`.

Everything between the two benchmark marks is replaced. --check changes nothing and fails when it is out of date.
"""

import json
import re
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
README = HERE.parent / "README.md"
RESULT = HERE / "results" / "features.json"
BLOCK = re.compile(r"(<!-- benchmark:begin -->\n).*?(<!-- benchmark:end -->)", re.DOTALL)


def table(header: list[str], rows: list[list[str]]) -> str:
    lines = [header, ["---"] + ["---:"] * (len(header) - 1), *rows]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)


def milliseconds(seconds: float) -> str:
    return f"{1000 * seconds:.3g}" if seconds < 1 else f"{1000 * seconds:,.0f}"


def times(ratio: float) -> str:
    return f"x{ratio:.3g}" if ratio < 100 else f"x{ratio:.0f}"


def columns(result: dict[str, Any]) -> str:
    seconds = result["tables"]["seconds"]
    lean = next((value for name, value in seconds.items() if name.startswith("librosa, lean")), None)
    rows = []
    for name, value in seconds.items():
        what = result["tables"]["what"].get(name, "the 57 columns")
        label = f"**clipfeat, {name}**" if name in result["short"] else name
        rows.append([f"{label}: {what}", milliseconds(value), times(lean / value) if lean else ""])
    rows += [[f"{name}: {reason}", "", ""] for name, reason in result["tables"]["missing"].items()]
    return table([f"{result['clip_seconds']:.0f}-s clip, one thread", "ms", "of lean librosa"], rows)


def matrices(result: dict[str, Any]) -> str:
    names = list(result["short"])
    rows = []
    for matrix, seconds in result["matrices"].items():
        librosa = seconds.get("librosa")
        cells = [f"{milliseconds(seconds[n])} ({times(librosa / seconds[n])})" if librosa else "" for n in names]
        rows.append([matrix, milliseconds(librosa) if librosa else "", *cells])
    return table(["matrix, ms", "librosa", *names], rows)


def other(result: dict[str, Any]) -> str:
    short = ", ".join(f"{milliseconds(value)} ms {name}" for name, value in result["short"].items())
    cold = ", ".join(f"{value:.2f} s {name}" for name, value in result["cold_cpu_seconds"].items())
    peak = ", ".join(f"{value / 1024:.1f} MiB {name}" for name, value in result["peak_kib"].items())
    threads = result["threads"]
    return (
        f"A 3-s clip: {short}. Two threads over clips: {times(threads['ratio'])} of one (median of neighbouring "
        f"rounds; best against best {times(threads['ratio_of_best'])}). "
        f"New process, import and first clip of a wav file: "
        f"{cold} of CPU. Peak memory of the clip beyond samples and imports: {peak}.\n"
    )


def rendered() -> str:
    result = json.loads(RESULT.read_text())
    source = (
        f"CPU time, medians of {result['rounds']} alternating rounds, {result['processor']}, "
        f"Python {result['python']}, NumPy {result['numpy']}; written by `{result['command']}`.\n"
    )
    block = "\n".join([columns(result), matrices(result), other(result), source])
    text = README.read_text()
    if not BLOCK.search(text):
        sys.exit(f"{README.name}: the benchmark marks are missing")
    return BLOCK.sub(lambda match: f"{match[1]}{block}{match[2]}", text)


def main() -> None:
    text = rendered()
    if "--check" not in sys.argv:
        README.write_text(text)
    elif text != README.read_text():
        sys.exit("README.md: the benchmark is out of date; run python benchmarks/render.py")


if __name__ == "__main__":
    main()
