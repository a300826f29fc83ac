"""Commands as text, in the form that picture.spoken() gives them: one in a line, an empty line between worlds, '#' begins a remark."""
import re

from .wire import NESTED, NUMBERS

SOCKETS = {"": 0, "strict": 1, "strict capped": 2, "plain": 3}
LINE = re.compile(r"ns(\d+) ?((?:strict capped|strict|plain)?) ?(\w+) flags=([0-9a-f]+) \[([0-9a-f]*)\] ?(.*?)(?: cut (\d+))?$")
ATTRIBUTE = re.compile(r"(\d+)(n?)=(\{|[0-9a-f]*)")
LENGTH = re.compile(r"\(length (\d+)\)")


def attributes(words, at=0):
    """The list that begins at `at`, and where it ends."""
    out = []
    while at < len(words):
        if words[at] == " ":
            at += 1
            continue
        if words[at] == "}":
            return out, at + 1
        m = ATTRIBUTE.match(words, at)
        if not m:
            raise ValueError("not an attribute: " + words[at:])
        at, value = m.end(), m[3]
        if value == "{":
            value, at = attributes(words, at)
        attr = [int(m[1]) | (NESTED if m[2] else 0), value]
        m = LENGTH.match(words, at)
        if m:
            at = m.end()
            attr.append(int(m[1]))
        out.append(attr)
    return out, at


def command(line):
    m = LINE.match(line)
    if not m:
        raise ValueError("not a command: " + line)
    kind = NUMBERS.get(m[3]) if not m[3].isdigit() else int(m[3])
    out = {"ns": int(m[1]), "socket": SOCKETS[m[2]], "type": kind, "flags": int(m[4], 16), "head": m[5], "attrs": attributes(m[6])[0]}
    if m[7]:
        out["cut"] = int(m[7])
    return out


def worlds(text):
    """The sequences of a file."""
    out, commands = [], []
    for line in text.splitlines() + [""]:
        plain = line.split("#")[0].strip()
        if plain:
            commands.append(command(plain))
        elif not line.strip() and commands:
            out.append({"taps": True, "commands": commands})
            commands = []
    return out
