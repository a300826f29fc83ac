"""Random commands to the kernel and to unetns, compared: what the random-* tests share. A subject (rtnl/subject.py,
sock/subject.py) says what a command is, how sequences of them are made and carried out, and what of the answers counts."""
import argparse
import collections
import glob
import json
import os
import re
import subprocess
import sys
import tempfile

from .shrink import differences, shrink
from .sides import ISOLATE, SideFailed, Sides


def arguments(subject, description):
    p = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--unetns", metavar="PATH", required=True)
    p.add_argument("--launcher", metavar="PATH", help="runs unetns in turn, e.g. tests/tools/accelerated")
    p.add_argument("--seeds", default=subject.seeds, help="numbers and ranges")
    p.add_argument("--commands", type=int, default=subject.commands, help="of each seed")
    p.add_argument("--length", type=int, default=subject.length, help="commands that share a world")
    p.add_argument("--most", type=int, default=20, help="differences to shrink and show")
    p.add_argument("--whole", action="store_true", help="show each kind of difference as it was found, not shrunk")
    p.add_argument("--replay", metavar="FILE")
    p.add_argument("--timeout", type=float, default=120)
    subject.options(p)
    return p.parse_args()


def numbers(text):
    for part in text.split(","):
        first, _, last = part.partition("-")
        yield from range(int(first), int(last or first) + 1)


def explained(subject):
    with open(os.path.join(subject.home, "explained.json")) as f:
        return [(re.compile(e["command"]), re.compile(e["line"]), e["reason"], e.get("ends", False)) for e in json.load(f)]


def reason_for(difference, known):
    """Why all of its lines may differ, and whether what follows may be its consequence; or None."""
    reason = None
    for line in difference.lines:
        reason = next(((why, ends) for command, pattern, why, ends in known if command.search(difference.command_text) and pattern.search(line)), None)
        if reason is None:
            return None
    return reason


def isolated():
    with tempfile.NamedTemporaryFile("w", suffix=".sh") as f:
        f.write("exec true\n")
        f.flush()
        return subprocess.run([ISOLATE, f.name], stdin=subprocess.DEVNULL, capture_output=True).returncode == 0


def first_unexplained(found, known, excused):
    for difference in found:
        reason = reason_for(difference, known)
        if reason is None:
            return difference  # what follows may be its consequence
        excused[reason[0]] += 1
        if reason[1]:
            return None
    return None


def lasting(sides, sequence, known, difference):
    """The difference, when it shows twice more; what else shows may be chance."""
    for _ in range(2):
        again = first_unexplained(differences(sides, [sequence])[0], known, collections.Counter())
        if again is None or again.signature() != difference.signature():
            return None
    return difference


def show(subject, number, count, difference, shortest):
    print(f"--- difference {number}, seen {count} times; its shortest script:")
    for command in shortest["commands"]:
        print("   ", subject.spoken(command))
    for line in difference.shown():
        print("  " + line)
    sys.stdout.flush()


def gathered(subject, args):
    """The sequences to run: of a file, or those learnt and those of the seeds."""
    if args.replay:
        with open(args.replay) as f:
            return subject.worlds(f.read())
    sequences = []
    for path in sorted(glob.glob(os.path.join(subject.home, "learnt/*.txt"))):
        with open(path) as f:
            sequences += subject.worlds(f.read())
    for seed in numbers(args.seeds):
        generator = subject.generator(seed)
        for _ in range(0, args.commands, args.length):
            sequences.append(dict(generator.sequence(args.length), **subject.extra(args)))
    return sequences


def run(subject, description):
    args = arguments(subject, description)
    if not isolated():
        print(f"{subject.name}: no namespaces here to compare with")
        return 77
    subject.prepare(args)
    sides = Sides(subject, args.unetns, args.timeout, args.launcher)
    known = explained(subject)
    sequences = gathered(subject, args)
    found, excused, unsteady = collections.OrderedDict(), collections.Counter(), 0
    try:
        for start in range(0, len(sequences), 40):
            batch = sequences[start:start + 40]
            for sequence, all_of in zip(batch, differences(sides, batch)):
                difference = first_unexplained(all_of, known, excused)
                if difference is None:
                    continue
                if lasting(sides, sequence, known, difference) is None:
                    unsteady += 1
                    continue
                found.setdefault(difference.signature(), []).append((sequence, difference))
        for number, cases in enumerate(sorted(found.values(), key=len, reverse=True)[: args.most], 1):
            sequence, difference = min(cases, key=lambda c: c[1].number)
            if args.whole:
                show(subject, number, len(cases), difference, {"commands": sequence["commands"][: difference.number + 1]})
                continue
            shortest, difference = shrink(sides, sequence, difference, lambda all_of: first_unexplained(all_of, known, collections.Counter()))
            show(subject, number, len(cases), difference, shortest)
    except SideFailed as e:
        print(f"{subject.name}:", e)
        return 1
    for why, count in excused.most_common():
        print(f"{count:6} explained: {why}")
    if unsteady:
        print(f"{unsteady} worlds differed at first, not when run again")
    commands = sum(len(s["commands"]) for s in sequences)
    print(f"{commands} commands in {len(sequences)} worlds: {sum(map(len, found.values()))} worlds differ, in {len(found)} ways")
    return 1 if found else 0
