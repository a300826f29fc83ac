"""Finds where two records part, and the shortest sequence that still does so."""
import difflib


class Difference:
    def __init__(self, subject, number, command, ours, theirs):
        self.subject = subject
        self.number = number  # of the command; that of the end is one past the last
        self.command = command
        self.command_text = subject.spoken(command) if command else "end"
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

    def changed(self):
        """The words of the first two lines that part: (common first word, theirs, ours)."""
        a, b = (next((l.split() for l in self.lines if l[0] == sign), []) for sign in "-+")
        a, b = a or ["-"], b or ["-"]
        return (a[1] if len(a) > 1 else ""), [w for w in a if w not in b], [w for w in b if w not in a]

    def signature(self):
        """The same for differences that probably have one cause."""
        return self.subject.signature(self)


def compare(subject, sequence, theirs, ours):
    """All places where two records differ."""
    commands = subject.recorded(sequence)
    a, b = subject.pictures(theirs, commands), subject.pictures(ours, commands)
    return [Difference(subject, i, commands[i] if i < len(commands) else None, y, x) for i, (x, y) in enumerate(zip(a, b)) if x != y]


def differences(sides, sequences):
    kernel, unetns = sides.both(sequences)
    return [compare(sides.subject, s, k, u) for s, k, u in zip(sequences, kernel, unetns)]


def smaller(subject, sequence, end):
    """Sequences with something left out of the commands before the last, largest pieces first; then with less in each of them."""
    commands = sequence["commands"]
    size = max(1, end // 2)
    while True:
        for start in range(0, end, size):
            yield commands[:start] + commands[min(start + size, end):]
        if size == 1:
            break
        size = max(1, size // 2)
    for i, command in enumerate(commands):
        for simpler in subject.simpler(command):
            yield commands[:i] + [simpler] + commands[i + 1:]


def shrink(sides, sequence, difference, first):
    """`first` chooses from the differences of a sequence that which counts."""
    subject, signature = sides.subject, difference.signature()
    if difference.command is None:
        current = sequence
    else:
        current = dict(sequence, commands=sequence["commands"][: difference.number + 1], settle=0)
    for _ in range(60):
        last = len(current["commands"]) - (1 if difference.command else 0)
        candidates = [dict(current, commands=c) for c in smaller(subject, current, last)]
        if current.get("taps"):
            candidates.insert(0, dict(current, taps=False))
        progress = False
        for start in range(0, len(candidates), 24):
            batch = candidates[start:start + 24]
            for candidate, found in zip(batch, differences(sides, batch)):
                d = first(found)
                if d and d.signature() == signature and (difference.command is None or d.number == len(candidate["commands"]) - 1):
                    current, difference, progress = candidate, d, True
                    break
            if progress:
                break
        if not progress:
            break
    return current, difference
