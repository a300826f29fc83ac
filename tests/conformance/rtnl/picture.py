"""What a recorded answer says, as lines of text, without what depends on time, chance or this machine's processors."""
import itertools
import os
import struct

from . import wire
from .drive_facts import FIRST_FD

RUNNING_AND_LOWER_UP = 0x40 | 0x10000
LINK_STATE = {6, 7, 16, 23, 33, 35, 47, 48}  # qdisc, counters, operstate, carrier: the link watch's, in its own time
QUEUES = {31, 32}
NESTS = {16: {18: {2: None}, 26: {2: {}}, 43: {}, 52: {}}, 24: {8: {}}, 92: {}}
ACK_TEXTS = {1: "text", 2: "offset", 3: "cookie", 4: "policy", 5: "missing", 6: "missing nest"}
# Of another namespace (5, 37), or changed without a word (also by a command that failed).
NOT_TOLD = ("5=", "37=", "26=", "40=", "41=", "52=", "52n=", "58=", "63=", "64=")
MOVING = 1 | 2 | 8 | 16 | 32  # NUD states that time ends


def family_of(kind):
    return kind & ~3 if kind >= 16 else kind


def mac(data):
    """Random ones are locally administered and none of the generator's."""
    if len(data) == 6 and data[0] & 2 and data[:5] != b"\x02\0\0\0\0" and data != b"\xff" * 6:
        return "random"
    return data.hex()


def nest(data, inner):
    attrs, _ = wire.split_attributes(data)
    return "{" + " ".join(f"{t & 0x7FFF}={nest(p, (inner.get(t & 0x7FFF) or {})) if t & 0x8000 or (inner.get(t & 0x7FFF) is not None) else p.hex()}" for t, p in attrs) + "}"


class Picture:
    def __init__(self, ports, settled=False):
        self.ports = ports
        self.settled = settled
        self.seen = {}  # what was last told of a device: (namespace, index)

    def port(self, number):
        if number == 0:
            return "0"
        for space, ports in enumerate(self.ports):
            if number in ports:
                return f"{space}.{ports.index(number)}"
        return "other"

    def error(self, name, flags, body):
        out = [f"{name} {-struct.unpack_from('=i', body)[0]} flags={flags:x}"]
        rest = body[4:]
        if name == "ERROR":
            length = struct.unpack_from("=I", rest)[0]
            skip = 16 if flags & 0x100 else wire.aligned(length)
            out.append(f"echo={skip}")
            rest = rest[skip:]
        if flags & 0x200:
            for t, p in wire.split_attributes(rest)[0]:
                value = p.rstrip(b"\0").decode("latin-1") if t == 1 else p.hex() if t & 0x7FFF in (3, 4) else str(int.from_bytes(p, "little"))
                out.append(f"{ACK_TEXTS.get(t & 0x7FFF, t)}={value!r}" if t == 1 else f"{ACK_TEXTS.get(t & 0x7FFF, t)}={value}")
        return " ".join(out)

    def message(self, kind, flags, seq, port, body):
        """A line, or None for what is left out."""
        name = wire.NAMES.get(kind, str(kind))
        if kind == -1:
            return "broken " + body.hex()
        if kind in (wire.NLMSG_ERROR, wire.NLMSG_DONE):
            return self.error(name, flags, body) + f" seq={self.seq(seq)} to={self.port(port)}"
        group = family_of(kind)
        if group != 16 and body[:1] in (b"\x0a", b"\x80", b"\x81", b"\x1c"):  # IPv6, multicast routing, MPLS
            return None
        size = {16: 16, 20: 8, 56: 8, 24: 12, 28: 12, 32: 12, 36: 20, 64: 4, 80: 4, 88: 4, 92: 12}.get(group, 4)
        head, tail = body[:size], wire.split_attributes(body[size:])
        shown = [f"{name} flags={flags:x} seq={self.seq(seq)} to={self.port(port)}", self.head(group, head)]
        for t, p in sorted(tail[0], key=lambda a: a[0] & 0x7FFF) if SORTED else tail[0]:
            value = self.value(group, t & 0x7FFF, p, head)
            if value is not None:
                shown.append(f"{t & 0x7FFF}{'n' if t & 0x8000 else ''}={value}")
        if tail[1]:
            shown.append("left over " + tail[1].hex())
        return " ".join(shown)

    def seq(self, seq):
        return "mine" if seq == self.mine else str(seq)

    def head(self, group, head):
        if group == 16 and len(head) == 16:
            family, pad, kind, index, flags, change = struct.unpack("=BBHiII", head)
            if not self.settled:
                flags &= ~RUNNING_AND_LOWER_UP
                if change != 0xFFFFFFFF:
                    change &= ~RUNNING_AND_LOWER_UP
            return f"[{family} {pad} type={kind} index={index} flags={flags:x} change={change:x}]"
        if group == 28 and len(head) == 12:
            family, pad1, pad2, index, state, flags, kind = struct.unpack("=BBHiHBB", head)
            return f"[{family} {pad1} {pad2} index={index} state={'moving' if state & MOVING else hex(state)} flags={flags:x} type={kind}]"
        if group == 24 and len(head) == 12:
            fields = list(struct.unpack("=BBBBBBBBI", head))
            fields[8] &= ~16  # RTNH_F_LINKDOWN
            return "[" + " ".join(map(str, fields)) + "]"
        return "[" + head.hex() + "]"

    def value(self, group, t, p, head):
        if group == 16:
            if t in LINK_STATE and not (self.settled and t not in (7, 23)):
                return "…"
            if t in (1, 54):
                return mac(p)
            if t in QUEUES:
                return "1" if int.from_bytes(p, "little") == os.cpu_count() else str(int.from_bytes(p, "little"))
            if t == 26:
                families = [(f, d) for f, d in wire.split_attributes(p)[0] if f & 0x7FFF == 2]
                return "{" + " ".join(f"{f:x}={nest(d, {})}" for f, d in families) + "}"
        if group in (20, 56) and t == 6:
            return " ".join("forever" if v == 0xFFFFFFFF else "0" if v == 0 else "some" for v in struct.unpack_from("=II", p))
        if group == 24 and t == 12:
            v = struct.unpack("=IIiIIIII", p)
            return f"expires={v[2]} error={v[3]} id={v[5]}"
        if group == 24 and t == 9:
            return self.hops(p)
        if group == 28 and t in (3, 4):
            return "…"
        if group == 92 and t == 1:
            return f"{len(p)} bytes"
        inner = NESTS.get(group, {}).get(t)
        return p.hex() if inner is None else nest(p, inner)

    def hops(self, data):
        out = []
        while len(data) >= 8:
            length, flags, weight, index = struct.unpack_from("=HBBi", data)
            out.append(f"({flags & ~16} {weight} {index} {data[8:length].hex()})")
            data = data[max(8, wire.aligned(length)):]
        return "".join(out)

    def lines(self, datagrams):
        out = []
        for d in datagrams:
            if d.startswith("errno"):
                out.append(d)
                continue
            for m in wire.split(bytes.fromhex(d)):
                line = self.message(*m)
                if line:
                    out.append(line)
        return out

    def heard(self, space, datagrams, command):
        """Notifications, without the link watch's, which come in their own time: such as say again what is known, and those of
        no change that come when no link was meant."""
        out = []
        of_links = family_of(command["type"]) in (16, 108)
        named = [command["ns"]] + [int.from_bytes(bytes.fromhex(a[1])[:4], "little") - FIRST_FD for a in command["attrs"] if a[0] & 0x3FFF == 28 and isinstance(a[1], str)]
        for line in self.lines(datagrams):
            if not self.timely(line, command):
                continue
            # Another namespace gives an id when its end of a pair is told to have lost its carrier: in the link watch's own time.
            if line.startswith("NEWNSID") and of_links and space not in named:
                continue
            if line.startswith(("NEWLINK", "DELLINK")):
                index = line.split("index=")[1].split()[0]
                known = line.split(" change=")
                plain = known[0].split("[", 1)[1] + " ".join(w for w in known[1].split("]", 1)[1].split() if not w.startswith(NOT_TOLD))
                unchanged = line.startswith("NEWLINK") and " change=0]" in line
                repeated = unchanged and (self.seen.get((space, index)) == plain or not of_links)
                self.seen[space, index] = plain if line.startswith("NEWLINK") else None
                if repeated:
                    continue
            out.append(f"ns{space} heard {line}")
        return list(self.in_any_order(out))

    @staticmethod
    def in_any_order(lines):
        """Neighbours that go or are listed together do so in the order of a hash that the kernel drew at its start."""
        for loose, run in itertools.groupby(lines, lambda line: "DELNEIGH " in line or "NEWNEIGH flags=2" in line):
            yield from sorted(run) if loose else run

    def timely(self, line, command):
        """Whether the command caused it, not the loss of a carrier in its own time: which flushes neighbours."""
        if not line.startswith("DELNEIGH"):
            return True
        return family_of(command["type"]) in (16, 28) and f" index={struct.unpack_from('=i', bytes.fromhex(command['head']).ljust(8, bytes(1)), 4)[0]} " in line

    def result(self, number, result, command):
        self.mine = 1000 + number
        out = [f"send: errno {result['send']}"] if "send" in result else []
        out += self.in_any_order(self.lines(result["answers"]))
        for space, datagrams in enumerate(result["heard"]):
            out += self.heard(space, datagrams, command)
        return out


SORTED = True


def pictures(record, commands):
    """A list of lines for each command, then one of the state in which all ended."""
    picture = Picture(record["ports"])
    out = [picture.result(i, r, c) for i, (r, c) in enumerate(zip(record["results"], commands))]
    if record["final"]:
        last = Picture(record["ports"], settled=True)
        last.mine = 1
        out.append([f"ns{space} ends with {line}" for space, dumps in enumerate(record["final"]) for dump in dumps for line in last.in_any_order(last.lines(dump))])
    return out


def spoken(command):
    """A command in one line."""

    def attrs(list_):
        return " ".join(f"{a[0] & 0x7FFF}{'n' if a[0] & 0x8000 else ''}=" + (a[1] if isinstance(a[1], str) else "{" + attrs(a[1]) + "}") + (f"(length {a[2]})" if len(a) > 2 else "") for a in list_)

    socket = ["", " strict", " strict capped", " plain"][command["socket"]]
    return f"ns{command['ns']}{socket} {wire.NAMES.get(command['type'], command['type'])} flags={command['flags']:x} [{command['head']}] {attrs(command['attrs'])}" + (f" cut {command['cut']}" if command.get("cut") else "")
