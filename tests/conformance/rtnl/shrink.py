"""Finds where two records part, and the shortest sequence that still does so."""
import copy
import difflib
import re

from . import picture


class Difference:
    def __init__(self, number, command, ours, theirs):
        self.number = number  # of the command; that of the end is one past the last
        self.command = command
        self.command_text = picture.spoken(command) if command else "end"
        self.lines = [l for l in difflib.ndiff(theirs, ours) if l[0] in "-+"]  # - the kernel, + unetns

    def shown(self):
        """The lines; of two that differ in some words, those and the first ones."""
        plus = [l for l in self.lines if l[0] == "+"]
        out = []
        for line in (l for l in self.lines if l[0] == "-"):
            words = line.split()
            like = next((p for p in plus if p.split()[1:4] == words[1:4]), None)
            if like is None:
                out.append(line)
                continue
            plus.remove(like)
            others = like.split()
            out.append(" ".join(words[:10] + ["…"] + [w for w in words[10:] if w not in others]))
            out.append(" ".join(others[:10] + ["…"] + [w for w in others[10:] if w not in words]))
        return out + plus

    def signature(self):
        """The same for differences that probably have one cause."""
        kind = self.command["type"] if self.command else "end"
        out = []
        minus, plus = [l for l in self.lines if l[0] == "-"], [l for l in self.lines if l[0] == "+"]
        for i in range(max(len(minus), len(plus))):
            a, b = (minus[i] if i < len(minus) else "-"), (plus[i] if i < len(plus) else "+")
            wa, wb = a.split(), b.split()
            changed = [w for w in wa if w not in wb][:3] + ["/"] + [w for w in wb if w not in wa][:3]
            out.append(" ".join(re.sub(r"=[0-9a-f]{3,}", "=", w) for w in [wa[1] if len(wa) > 1 else ""] + changed))
            break
        return (kind, *out)


def compare(sequence, theirs, ours):
    """All places where two records differ."""
    commands = [c for c in sequence["commands"] if not c.get("sleep")]
    a, b = picture.pictures(theirs, commands), picture.pictures(ours, commands)
    return [Difference(i, commands[i] if i < len(commands) else None, y, x) for i, (x, y) in enumerate(zip(a, b)) if x != y]


def differences(sides, sequences):
    kernel, unetns = sides.both(sequences)
    return [compare(s, k, u) for s, k, u in zip(sequences, kernel, unetns)]


def first_like(found, signature, counts):
    for d in found:
        if counts(d):
            return d if d.signature() == signature else None
    return None


def smaller(sequence, end):
    """Sequences with something left out of the commands before the last, largest pieces first; then with attributes left out of any."""
    commands = sequence["commands"]
    size = max(1, end // 2)
    while True:
        for start in range(0, end, size):
            yield commands[:start] + commands[min(start + size, end):]
        if size == 1:
            break
        size = max(1, size // 2)
    for i, command in enumerate(commands):
        for j in range(len(command["attrs"])):
            simpler = copy.deepcopy(commands)
            del simpler[i]["attrs"][j]
            yield simpler
            if isinstance(command["attrs"][j][1], list):
                for k in range(len(command["attrs"][j][1])):
                    simpler = copy.deepcopy(commands)
                    del simpler[i]["attrs"][j][1][k]
                    yield simpler
        if command["socket"]:
            simpler = copy.deepcopy(commands)
            simpler[i]["socket"] = 0
            yield simpler


def shrink(sides, sequence, difference, counts):
    signature = difference.signature()
    if difference.command is None:
        current = sequence
    else:
        current = dict(sequence, commands=sequence["commands"][: difference.number + 1], settle=0)
    for _ in range(60):
        last = len(current["commands"]) - (1 if difference.command else 0)
        candidates = [dict(current, commands=c) for c in smaller(current, last)]
        if current.get("taps"):
            candidates.insert(0, dict(current, taps=False))
        progress = False
        for start in range(0, len(candidates), 24):
            batch = candidates[start:start + 24]
            for candidate, found in zip(batch, differences(sides, batch)):
                d = first_like(found, signature, counts)
                if d and (difference.command is None or d.number == len(candidate["commands"]) - 1):
                    current, difference, progress = candidate, d, True
                    break
            if progress:
                break
        if not progress:
            break
    return current, difference
