"""The report, as text and as JSON."""

import platform
import subprocess
from collections import Counter

from cluster import ROOT


def commit() -> str:
    result = subprocess.run(["git", "-C", ROOT, "describe", "--always", "--dirty"],
                            capture_output=True, text=True)
    return result.stdout.strip()


def line(result: dict) -> str:
    verdict = f"WRONG: {result['wrong']}" if "wrong" in result else "as it should be"
    return f"{result['case']:32} {result['seconds']:7.1f} s  {verdict}"


def whole(command: str, seed: int, results: list) -> dict:
    phases = Counter()
    for result in results:
        phases.update(result.get("phases", {}))
    return {
        "command": command, "seed": seed, "commit": commit(), "python": platform.python_version(),
        "cases": results, "kills": sum(phases.values()), "phases": dict(phases),
        "wrong": sum("wrong" in result for result in results)}


def text(whole: dict) -> str:
    lines = ["", f"{whole['command']}   seed {whole['seed']}, commit {whole['commit']}"]
    for result in whole["cases"]:
        lines.append(line(result))
        figures = {k: v for k, v in result.items() if isinstance(v, (int, float)) and k != "seconds"}
        if figures:
            lines.append("    " + ", ".join(
                f"{name} {value:,}" for name, value in figures.items()))
        if result.get("phases"):
            lines.append("    kills: " + ", ".join(
                f"{name} {count}" for name, count in result["phases"].items()))
        if "files" in result:
            lines.append(f"    files: {result['files']}")
    if whole["kills"]:
        lines.append(f"{whole['kills']} kills: " + ", ".join(
            f"{name} {count}" for name, count in whole["phases"].items()))
    lines.append(f"{len(whole['cases'])} cases, {whole['wrong']} wrong")
    return "\n".join(lines)
