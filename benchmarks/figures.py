"""Render the figures of README and docs from the files that the measuring commands wrote.

A block between ``<!-- figures:NAME -->`` and ``<!-- /figures -->`` is replaced by what the renderer of that
name makes of its JSON file. ``--check`` changes nothing and fails when a block is out of date.

    python benchmarks/figures.py [--check]
"""

from __future__ import annotations

import json
import re
import statistics
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
METRICS = ROOT / "reports" / "metrics.json"
COMPARISON = ROOT / "reports" / "comparison.json"
CNN = ROOT / "reports" / "cnn.json"
PROTOCOLS = ROOT / "reports" / "protocols.json"
ROBUSTNESS = ROOT / "reports" / "robustness.json"
MANIFEST = ROOT / "src" / "genrekit" / "artifact_data" / "manifest.json"
COST = ROOT / "benchmarks" / "results" / "predict_cost.json"
WEB_APP = ROOT / "benchmarks" / "results" / "webapp.json"
SCAN = ROOT / "benchmarks" / "results" / "scan.json"
SERVICE = ROOT / "benchmarks" / "results" / "service_load.json"
SCALE_OUT = ROOT / "benchmarks" / "results" / "scale_out.json"
CURVE = ROOT / "benchmarks" / "results" / "learning_curve.json"
TAG_SAFETY = ROOT / "benchmarks" / "results" / "tag_safety.json"
BLOCK = re.compile(r"(<!-- figures:(?P<name>[\w-]+) -->\n).*?(<!-- /figures -->)", re.DOTALL)


def load(path: Path) -> dict[str, Any]:
    return json.loads(path.read_text())  # type: ignore[no-any-return]


def table(header: list[str], rows: list[list[str]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)


def percent(value: float) -> str:
    return f"{100 * value:.1f} %"


def accuracy() -> str:
    metrics = load(METRICS)
    rows = [
        [
            what,
            str(figures["tracks"]),
            percent(figures["accuracy"]),
            f"{percent(figures['interval'][0])} to {percent(figures['interval'][1])}",
            percent(figures["balanced"]),
            f"{figures['calibration_error']:.3f}",
        ]
        for what, figures in rows_of(metrics)
    ]
    header = [
        "out of fold, by track",
        "tracks",
        "accuracy",
        "95 % interval",
        "balanced over genres",
        "calibration error",
    ]
    return table(header, rows) + f"\nWritten by `{metrics['command']}`.\n"


def rows_of(metrics: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """What ships comes first; the ensemble's rows are of weights learnt anew for each fold."""
    parts = (("all", "all tracks"), ("whole", "whole tracks (30 s)"), ("excerpt", "excerpts (2-5 s)"))
    members = json.loads(MANIFEST.read_text())["members"]
    alone = [member["name"] for member in members if member["weight"] == 1]
    for member in alone:
        yield from (
            (f"**what ships: {member} alone**, {name}", metrics["members"][member][part]) for part, name in parts
        )
    yield from ((f"both, weights learnt fold by fold, {name}", metrics["ensemble"][part]) for part, name in parts)
    for member in [name for name in metrics["members"] if name not in alone]:
        yield f"{member} alone, all tracks", metrics["members"][member]["all"]


def genres() -> str:
    metrics = load(METRICS)
    names = metrics["genres"]
    confusion = metrics["confusion"]
    rows = [
        [
            f"**{name}**",
            f"{metrics['f1'][index]:.2f}",
            *(str(round(count)) if count else "" for count in confusion[index]),
        ]
        for index, name in enumerate(names)
    ]
    return table(["true \\ predicted", "F1", *names], rows)


def cost() -> str:
    result = load(COST)
    cold, warm = result["cold_cpu_seconds"], result["warm_wall_seconds"]
    steps = list(cold)
    rows = [[f"... {name}", f"{cold[name]:.2f}", ""] for name in steps[:-1]]
    rows.append(["**`genrekit predict`, new process**", f"**{cold['answered']:.2f}**", ""])
    rows += [[f"{name}, loaded once", "", f"{1000 * seconds:.0f}"] for name, seconds in warm.items()]
    header = [f"{result['audio_seconds']}-s wav", "CPU seconds up to here", "milliseconds a track"]
    return table(header, rows) + f"\nMedians of {result['rounds']}, written by `{result['command']}`.\n"


def web_app() -> str:
    result = load(WEB_APP)
    rows = [
        ["from a cold start to a page that can be used", f"{result['cold_start_to_usable_page_s']:.1f} s"],
        [f"from {result['song']} dropped to its answer, the first", f"{result['first_drop_to_answer_s']:.1f} s"],
        [f"the same, median of {result['drops']} sessions", f"{result['drop_to_answer_s']:.1f} s"],
        ["... to all of its evidence", f"{result['drop_to_evidence_s']:.1f} s"],
    ]
    note = f"In a browser on the same {result['cores']} cores; load of the machine before {result['load_before']:.1f}."
    return f"{table(['a person waits', 'for'], rows)}\n{note} Written by `{result['command']}`.\n"


def scan() -> str:
    result = load(SCAN)
    first, second, rate = result["first"], result["second"], result["rate"]
    hours = 1e6 / rate["files_per_second_1"] / 3600
    rows = [
        ["found = answered + skipped + failed", account(first)],
        ["the same, second run", account(second)],
        ["second run faster by", f"{result['second_run_faster']:.0f} times"],
        ["files a second, one process", f"{rate['files_per_second_1']:.2f}"],
        [f"files a second, {rate['cores']} processes", f"{rate['files_per_second_all']:.2f}"],
        ["share of cores times one process", percent(rate["share"])],
        ["largest memory, all processes", f"{result['peak_memory_mib']:.0f} MiB"],
        ["the same, first half of the run", f"{result['peak_memory_first_half_mib']:.0f} MiB"],
        ["manifest, a file", f"{result['manifest_bytes_a_file']:.0f} bytes"],
        ["core hours for a million such files", f"{hours:.0f}"],
    ]
    note = f"{result['seconds_of_sound_a_file']:g} s of sound a file; load of the machine at the end"
    return table(["measured", ""], rows) + f"\n{note} {result['load_at_end']:.1f}. Written by `{result['command']}`.\n"


def account(counts: dict[str, Any]) -> str:
    return f"{counts['found']} = {counts['answered']} + {counts['skipped']} + {counts['failed']}"


def service() -> str:
    result = load(SERVICE)
    calm, flood, memory = result["8 clients"], result["8 times capacity"], result["memory"]
    spent = calm["processor seconds an answer"]
    rows = [
        ["8 clients at once: answers a second", f"{calm['answers a second']:.1f}"],
        ["answered otherwise than 200", str(calm["requests"] - calm["by status"].get("200", 0))],
        ["p50, p95 of an answer [s]", f"{calm['answered']['p50']:.2f}, {calm['answered']['p95']:.2f}"],
        ["p99 of `GET /healthz` meanwhile [ms]", f"{1000 * calm['health']['p99']:.0f}"],
        ["processor seconds an answer: workers, service", f"{spent['workers']:.2f}, {spent['service']:.2f}"],
        [f"{flood['requests a second']:.0f} requests a second, 8 times that: by status", by_status(flood)],
        ["p99 of a refusal [ms]", f"{1000 * flood['refused']['p99']:.0f}"],
        ["p95 of those accepted [s]", f"{flood['answered']['p95']:.1f}"],
        ["afterwards: seconds until answered", f"{flood['seconds until answered again']:.1f}"],
        [f"memory over {memory['requests']} requests, highest [MiB]", f"{memory['highest MiB']:.0f}"],
        ["its slope, MiB per 1,000 requests", f"{memory['slope of the second half, MiB per 1000 requests']:.2f}"],
    ]
    machine = result["machine"]
    note = (
        f"{result['workers']} workers on {machine['cpus']} cores, shared with the clients; load of the machine before"
        f" {result['load of the machine before'][0]:.1f}. Each request another file of {result['file']['seconds']} s"
        f" ({result['file']['format']}), nothing from the cache. Written by `python benchmarks/service_load.py`."
    )
    return f"{table(['measured', ''], rows)}\n{note}\n"


def by_status(figures: dict[str, Any]) -> str:
    return ", ".join(f"{count} x {status}" for status, count in figures["by status"].items())


def stage_times() -> str:
    result = load(SCALE_OUT)
    measured = result["measured"]
    tracks = measured["tracks"]
    stages = list(next(iter(tracks.values()))["seconds"])
    rows = [
        [
            "**a worker: all of it**" if stage == "all" else f"a worker: {stage}",
            *(stage_ms(tracks[length], stage) for length in tracks),
        ]
        for stage in stages
    ]
    for name, seconds in measured["client"].items():
        rows.append([f"the client: {name}", *[f"{1000 * seconds:.2f}"] * len(tracks)])
    rows.append(
        ["the cluster, for each shard of 16 files", *[f"{1000 * measured['cluster']['task']:.1f}"] * len(tracks)]
    )
    rows.append(["size of a file [MB]", *(f"{track['file_bytes'] / 1e6:.1f}" for track in tracks.values())])
    header = ["milliseconds", *(f"track of {length} s" for length in tracks)]
    return table(header, rows) + measured_by(result)


def stage_ms(track: dict[str, Any], stage: str) -> str:
    return f"{1000 * statistics.mean(track['seconds'][stage]):.1f}"


def million() -> str:
    measured = load(SCALE_OUT)["measured"]
    rows = []
    for length, track in measured["tracks"].items():
        seconds = statistics.mean(track["seconds"]["all"])
        client = sum(measured["client"].values())
        rows += [
            [f"tracks of {length} s: tracks a second and core", f"{1 / seconds:.2f}"],
            [f"tracks of {length} s: core hours for a million", f"{1e6 * seconds / 3600:.0f}"],
            [f"tracks of {length} s: the same, of the client", f"{1e6 * client / 3600:.1f}"],
            [f"tracks of {length} s: read for a million [TB]", f"{1e6 * track['file_bytes'] / 1e12:.1f}"],
        ]
    return table(["one core of the machine that measured", ""], rows) + measured_by(load(SCALE_OUT))


def growth() -> str:
    result = load(SCALE_OUT)
    limits = {"task": "the scheduler", "client": "the client", "link": "the storage", "none": ""}
    shown = (16, 64, 256, 1024)
    rows = []
    for scene in result["scenes"]:
        at = {row["workers"]: row for row in scene["rows"]}
        link = "no limit" if scene["link_gbit"] is None else f"{scene['link_gbit']} Gbit/s"
        some = [f"{at[workers]['rate']:.0f} ({percent(at[workers]['share'])})" for workers in shown]
        limit = limits[scene["rows"][-1]["limit"]]
        rows.append([f"{scene['track_seconds']} s", link, *some, str(scene["linear_up_to"]), limit])
    header = ["track", "storage", *(f"{workers} workers" for workers in shown), "linear up to", "then limited by"]
    note = f"Tracks a second, and the share of so many times one worker. Written by `{result['command']}`."
    return f"{table(header, rows)}\n{note}\n"


def validation() -> str:
    result = load(SCALE_OUT)
    found = result["validation"]
    rows = [
        [f"{count} of them: seconds", f"{found['real'][count]:.1f}", f"{found['simulated'][count]:.1f}"]
        for count in found["real"]
    ]
    rows.append(["two are so many times as fast as one", f"{found['real_gain']:.2f}", f"{found['simulated_gain']:.2f}"])
    return table(["workers on loopback", "real", "simulated"], rows) + measured_by(result)


def measured_by(result: dict[str, Any]) -> str:
    measured = result["measured"]
    load_text = f"{measured['load_at_start']:.1f} at the start, {measured['load_at_end']:.1f} at the end"
    return f"\nOn {measured['cores']} cores; load of the machine {load_text}. Written by `{result['command']}`.\n"


def protocols() -> str:
    result = load(PROTOCOLS)
    rows = [
        [
            protocol["name"],
            member,
            str(figures["track"]["scored"]),
            *(within(figures[level]) for level in ("track", "clip")),
            protocol["note"],
        ]
        for protocol in result["protocols"]
        for member, figures in protocol["members"].items()
    ]
    header = ["protocol", "member", "tracks", "by track", "by clip", "what it means"]
    pairs = [
        [
            f"{pair['first']} against {pair['second']}",
            f"{100 * pair['difference']:+.1f}",
            f"{100 * pair['interval'][0]:+.1f} to {100 * pair['interval'][1]:+.1f}",
            f"{pair['worse']:.4f}",
            f"{pair['mcnemar_p']:.1e}",
        ]
        for pair in result["pairs"]
    ]
    tests = ["members", "points", "95 % interval", "bootstrap: share not better", "McNemar's p"]
    return f"{table(header, rows)}\n{table(tests, pairs)}\nWritten by `{result['command']}`.\n"


def within(figures: dict[str, Any]) -> str:
    low, high = figures["interval"]
    return f"{percent(figures['accuracy'])} ({100 * low:.1f} to {100 * high:.1f})"


def robustness() -> str:
    result = load(ROBUSTNESS)
    rows = [
        [
            row["family"] if row["unit"] else row["name"].removeprefix("unseen_"),
            f"{row['amount']:g} {row['unit']}" if row["unit"] else "never trained on",
            str(row["tracks"]),
            percent(row["untouched"]),
            percent(row["accuracy"]),
            f"{100 * row['loss']:+.1f} ({100 * row['loss_interval'][0]:+.1f} to {100 * row['loss_interval'][1]:+.1f})",
            f"{100 * row['allowed_loss']:g}" if "allowed_loss" in row else "",
        ]
        for row in result["rows"]
    ]
    header = ["change", "how far", "tracks", "untouched", "changed", "points lost", "asked: at most"]
    unseen = f"Mean over the changes never trained on: {percent(result['unseen_mean'])}. "
    return f"{table(header, rows)}\n{unseen}Written by `{result['command']}`.\n"


def tag_safety() -> str:
    result = load(TAG_SAFETY)
    names = {
        "written": "changes made",
        "refused": "refused, as on a full disk",
        "kills": "writers killed",
        "broken": "files broken, or another tag lost",
        "not_restored": "files whose old bytes did not come back by undo",
    }
    rows = [[name, str(result[key])] for key, name in names.items()]
    return table([", ".join(result["containers"]), ""], rows) + f"\nWritten by `{result['command']}`.\n"


def comparison() -> str:
    result = load(COMPARISON)
    rows = [
        [
            name.replace("_", " "),
            result["published"][name],
            f"{figures['random_segments']['segment']['accuracy']:.2f}",
            f"{figures['artist_grouped']['segment']['accuracy']:.2f}",
            f"**{figures['artist_grouped']['track']['accuracy']:.2f}**",
            "{:.2f} to {:.2f}".format(*figures["artist_grouped"]["track"]["interval"]),
        ]
        for name, figures in result["models"].items()
    ]
    header = [
        "model",
        "published, random segments",
        "here, random segments (leaky)",
        "artist-grouped, by segment",
        "artist-grouped, by track",
        "95 % interval",
    ]
    note = f"{result['segments']} segments of {result['segment_seconds']:g} s from {result['tracks']} tracks"
    return table(header, rows) + f"\n{note}. Written by `{result['command']}`.\n"


def scratch() -> str:
    if not CNN.exists():
        return "Not measured yet: `python -m genrekit.pipeline.train_cnn --out reports/cnn.json` writes the figures.\n"
    result = load(CNN)
    kinds = (("whole", "whole tracks"), ("excerpt", "excerpts"), ("all", "all tracks"))
    rows = [
        [
            {"cnn": "labels alone", "cnn_distilled": "labels and the teacher"}[name],
            text,
            percent(figures[kind]["accuracy"]),
            f"{percent(figures[kind]['interval'][0])} to {percent(figures[kind]['interval'][1])}",
            f"{figures[kind]['log_loss']:.2f}",
        ]
        for name, figures in result["variants"].items()
        for kind, text in kinds
    ]
    header = ["trained on", "out of fold", "accuracy", "95 % interval", "log-loss"]
    return table(header, rows) + f"\n{gained(result)}Written by `{result['command']}`.\n"


def gained(result: dict[str, Any]) -> str:
    """What the teacher adds, where both networks were trained."""
    network = result["network"]
    told = f"{network['parameters']} parameters; folds: {', '.join(result['shuffles'])}. "
    if "difference" not in result:
        return told
    difference = result["difference"]["all"]
    low, high = difference["interval"]
    points = f"{100 * difference['accuracy']:+.1f} points ({100 * low:+.1f} to {100 * high:+.1f})"
    return f"{told}The teacher adds {points} over all tracks. "


def learning_curve() -> str:
    result = load(CURVE)
    rows = []
    for known, own in zip(result["known"], result["own"], strict=True):
        low, high = known["interval"]
        interval = f"{percent(low)} to {percent(high)}"
        rows.append([str(known["tracks"]), str(known["artists"]), percent(known["accuracy"]), interval])
        rows[-1] += [percent(known["whole"]), percent(own["accuracy"])]
    header = ["learnt from tracks", "of artists", "accuracy", "95 % interval", "of whole tracks", "names nobody knows"]
    gain = result["known"][-1]["accuracy"] - result["known"][-2]["accuracy"]
    note = (
        f"{result['genres']} genres, artists kept apart, {result['tested_on']} tracks asked, half of them excerpts "
        f"of 2-5 s. The last doubling of the music gained {100 * gain:.1f} points; what lies beyond was not measured."
    )
    return table(header, rows) + f"\n{note} Written by `{result['command']}`.\n"


def own_genres_cost() -> str:
    result = load(ROOT / "benchmarks" / "results" / "own_genres_cost.json")
    short, long = (result["cpu_seconds"][length] for length in ("30", "240"))
    minutes = 1000 * long / 60
    return (
        f"Time: {short:.1f} s of one core for a track of half a minute, {long:.1f} s for one of four minutes, once; "
        "the tracks are shared out over all cores (`--jobs`). A thousand songs of four minutes are "
        f"{minutes:.0f} minutes of one core, or {minutes / 8:.0f} of eight. Written by `{result['command']}`.\n"
    )


RENDERERS: dict[str, Callable[[], str]] = {
    "accuracy": accuracy,
    "cnn": scratch,
    "comparison": comparison,
    "cost": cost,
    "genres": genres,
    "learning-curve": learning_curve,
    "own-genres-cost": own_genres_cost,
    "growth": growth,
    "million": million,
    "protocols": protocols,
    "robustness": robustness,
    "scan": scan,
    "service": service,
    "stage-times": stage_times,
    "tag-safety": tag_safety,
    "validation": validation,
    "web-app": web_app,
}


def rendered(text: str) -> str:
    return BLOCK.sub(lambda block: block[1] + RENDERERS[block["name"]]() + block[3], text)


def pages() -> list[Path]:
    return [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def main() -> int:
    check = "--check" in sys.argv[1:]
    stale = []
    for page in pages():
        text = page.read_text()
        new = rendered(text)
        if new != text:
            stale.append(page.relative_to(ROOT).as_posix())
            if not check:
                page.write_text(new)
    for name in stale:
        print(f"{name}: {'is out of date; run make figures' if check else 'rendered'}")
    return 1 if check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
