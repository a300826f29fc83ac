"""Writes docs/conformance.md."""
import os

HEAD = """# Conformance

The real kernel is the oracle. Each scenario in tests/conformance/scenarios is a shell script that knows nothing of unetns;
`tests/conformance/run --unetns build/bin/unetns` runs it in kernel namespaces and under `unetns run`, and compares every line
it printed on stdout and stderr and its exit status. What may differ between two right kernels is taken out first
(tests/conformance/judge/normal.py: times, addresses drawn at random, inode numbers, the default queueing discipline).
A difference that remains must be explained in tests/conformance/known-differences.json, or the run fails.

This file is written by `tests/conformance/run --unetns build/bin/unetns --write-docs`.

"""

WORDS = {"same": "as Linux", "explained": "differs, explained below", "DIFFERS": "**differs**", "no oracle": "not judged", "failed": "not judged"}


def write(path, verdicts):
    verdicts = sorted(verdicts, key=lambda v: v.scenario.name)
    areas = sorted({v.scenario.area for v in verdicts})
    out = [HEAD]
    out.append(f"Oracle: Linux {'.'.join(os.uname().release.split('.')[:2])} (for what it lacks, user-mode Linux 6.1).\n\n")
    out.append("| area | scenarios | as Linux | explained | differ |\n|---|---|---|---|---|\n")
    for area in areas:
        mine = [v for v in verdicts if v.scenario.area == area]
        count = lambda w: sum(v.word == w for v in mine)
        out.append(f"| {area} | {len(mine)} | {count('same')} | {count('explained')} | {sum(v.bad for v in mine)} |\n")
    for area in areas:
        out.append(f"\n## {area}\n\n| scenario | what it tries | verdict |\n|---|---|---|\n")
        for v in (v for v in verdicts if v.scenario.area == area):
            out.append(f"| {v.scenario.name} | {v.scenario.title} | {WORDS[v.word]} |\n")
    explained = [v for v in verdicts if v.reasons]
    if explained:
        out.append("\n## Differences\n\n")
        for v in explained:
            out += [f"- {v.scenario.name}: {r}\n" for r in v.reasons]
    bad = [v for v in verdicts if v.bad]
    if bad:
        out.append("\n## Not explained yet\n\n")
        for v in bad:
            lines = v.detail.splitlines()
            out.append(f"{v.scenario.name}:\n\n```diff\n" + "\n".join(lines[:40]) + ("\n…" if len(lines) > 40 else "") + "\n```\n\n")
    with open(path, "w") as f:
        f.write("".join(out))
