"""rtnetlink commands as a subject of random comparison."""
import copy
import json
import os
import re

from . import picture, script
from .generate import Generator

name = "random-rtnetlink"
home = os.path.dirname(os.path.realpath(__file__))
drive = ["python3", os.path.join(home, "drive.py")]
seeds, commands, length = "1-12", 500, 50
generator, worlds, pictures, spoken = Generator, script.worlds, picture.pictures, picture.spoken
write, read = json.dump, json.load


def options(parser):
    parser.add_argument("--settle", type=float, default=0, help="seconds to wait before the end is looked at; 0: it isn't")


def prepare(args):
    pass


def extra(args):
    return {"settle": args.settle}


def recorded(sequence):
    return [c for c in sequence["commands"] if not c.get("sleep")]


def signature(difference):
    kind = difference.command["type"] if difference.command else "end"
    first, theirs, ours = difference.changed()
    return kind, " ".join(re.sub(r"=[0-9a-f]{3,}", "=", w) for w in [first] + theirs[:3] + ["/"] + ours[:3])


def simpler(command):
    """The command without one of its attributes, or of theirs; then by the plainest socket."""
    for j, (_, value, *_) in enumerate(command["attrs"]):
        out = copy.deepcopy(command)
        del out["attrs"][j]
        yield out
        for k in range(len(value) if isinstance(value, list) else 0):
            out = copy.deepcopy(command)
            del out["attrs"][j][1][k]
            yield out
    if command["socket"]:
        yield dict(copy.deepcopy(command), socket=0)
