"""Two results and the known differences make a verdict."""
import difflib
import fnmatch
import json
import os
import re


class Verdict:
    BAD = {"DIFFERS", "no oracle", "failed"}

    def __init__(self, scenario, word, oracle="", detail="", reasons=(), seconds=0.0):
        self.scenario = scenario
        self.word = word
        self.oracle = oracle
        self.detail = detail
        self.reasons = list(reasons)
        self.seconds = seconds

    @property
    def bad(self):
        return self.word in self.BAD


def known_differences(here, launched=False):
    """[{scenario: glob, line: regex that a differing line must match (with its + or -), reason: text,
    launched: true when it is one of runs with a launcher only}]"""
    with open(os.path.join(here, "known-differences.json")) as f:
        known = json.load(f)
    for k in known:
        if not k.get("reason") or not k.get("line"):
            raise SystemExit(f"known-differences.json: {k} lacks a reason or a line")
        k["pattern"] = re.compile(k["line"])
    return [k for k in known if launched or not k.get("launched")]


def compare(scenario, oracle, ours, known):
    if oracle is None:
        return Verdict(scenario, "no oracle", detail="no kernel is permitted here, and nothing is on record")
    if oracle.status != 0 or not oracle.text.strip():
        return Verdict(scenario, "failed", oracle.oracle, f"exit status {oracle.status} on the kernel:\n{oracle.text}")
    a = oracle.text.splitlines() + [f"exit status {oracle.status}"]
    b = ours.text.splitlines() + [f"exit status {ours.status}"]
    if a == b:
        return Verdict(scenario, "same", oracle.oracle)
    diff = list(difflib.unified_diff(a, b, "Linux", "unetns", lineterm="", n=2))
    reasons, unexplained = [], False
    mine = [k for k in known if fnmatch.fnmatch(scenario.name, k["scenario"])]
    for line in diff[2:]:
        if line[0] not in "+-":
            continue
        reason = next((k["reason"] for k in mine if k["pattern"].search(line)), None)
        if reason is None:
            unexplained = True
        elif reason not in reasons:
            reasons.append(reason)
    if unexplained:
        return Verdict(scenario, "DIFFERS", oracle.oracle, "\n".join(diff), reasons)
    return Verdict(scenario, "explained", oracle.oracle, "\n".join(diff), reasons)
