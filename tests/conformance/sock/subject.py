"""System calls on sockets as a subject of random comparison. A command is a line that calls.c understands."""
import os
import re

from . import picture
from .generate import Generator

name = "random-sockets"
home = os.path.dirname(os.path.realpath(__file__))
drive = []
seeds, commands, length = "1-8", 400, 25
generator, pictures = Generator, picture.pictures


def options(parser):
    parser.add_argument("--calls", metavar="PATH", help="the program of calls.c; usually beside unetns")


def prepare(args):
    drive[:] = [os.path.realpath(args.calls or os.path.join(os.path.dirname(args.unetns), "socket-calls"))]


def extra(args):
    return {}


def write(sequences, f):
    for sequence in sequences:
        f.write("\n".join(["world", *sequence["commands"]]) + "\n")


def read(f):
    records = []
    for line in f.read().split("\n")[:-1]:
        if line == "world":
            records.append([])
        elif line != "end":
            records[-1].append(line)
    return records


def recorded(sequence):
    return sequence["commands"]


def spoken(command):
    return command


def worlds(text):
    """The sequences of a file: an empty line between worlds, '#' at the beginning of a line is a remark."""
    out = [[]]
    for line in text.splitlines():
        line = line.strip()
        if not line:
            out.append([])
        elif not line.startswith("#"):
            out[-1].append(line)
    return [{"commands": c} for c in out if c]


def signature(difference):
    _, theirs, ours = difference.changed()
    words = re.sub(r"^(& |%\d+ |r |w |s\d+ = )*", "", difference.command_text).split()
    call = words[0] if words else "end"
    which = " ".join(words[2:4]) if call in ("setsockopt", "getsockopt") else words[2] if call in ("ioctl", "fcntl") and len(words) > 2 else ""
    strip = lambda ws: " ".join(re.sub(r"=.*", "=", w) for w in ws[:3] if w not in "-+")
    return call, which, strip(theirs), strip(ours)


def simpler(command):
    """As if the call were made in this process, and not restarted; then with a flag, a number or a buffer less."""
    plain = re.sub(r"^(&|r|w) ", "", command)
    if plain != command:
        yield plain
    words = command.split(" ")
    for i, word in enumerate(words[2:], 2):
        if re.fullmatch(r"0x[0-9a-f]+", word) and int(word, 16):
            value = int(word, 16)
            for bit in range(32):
                if value & (1 << bit) and value != 1 << bit:
                    yield " ".join(words[:i] + [hex(value & ~(1 << bit))] + words[i + 1:])
