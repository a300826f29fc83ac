"""A link whose other end the scenario holds: a tap device, frames built by hand, what the stack sends told in a line each.

`py NS <<'P'` of lib.sh, then `from wire import *`. Our own end is 02:00:00:00:00:02 unless said otherwise.
"""
import fcntl
import os
import select
import socket
import struct
import subprocess
import time

OURS, THEIRS = "02:00:00:00:00:02", "02:00:00:00:00:01"
ALL = "ff:ff:ff:ff:ff:ff"
_NAMES = {OURS: "us", THEIRS: "stack", ALL: "all", "00:00:00:00:00:00": "-"}


def say(*words):
    print(*words, flush=True)


def sh(command):
    """Runs it, returns what it printed."""
    return subprocess.run(command, shell=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True).stdout.rstrip()


def run(command):
    say("$", command)
    out = sh(command)
    if out:
        say("\n".join(line.rstrip() for line in out.split("\n")))


def put(path, value):
    with open("/proc/sys/net/ipv4/" + path, "w") as f:
        f.write(str(value))


def counters(*names):
    """Counters as Group.Name of /proc/net/snmp and netstat."""
    have = {}
    for file in ("snmp", "netstat"):
        lines = open("/proc/net/" + file).read().split("\n")
        for titles, values in zip(lines[::2], lines[1::2]):
            group = titles.split(":")[0]
            have.update({f"{group}.{k}": int(v) for k, v in zip(titles.split()[1:], values.split()[1:])})
    return {n: have.get(n) for n in names}


class Counted:
    """`with Counted("Ip.InReceives"):` says by how much each grew."""

    def __init__(self, *names):
        self.names = names

    def __enter__(self):
        self.before = counters(*self.names)

    def __exit__(self, *_):
        after = counters(*self.names)
        say("counted", *(f"{n.split('.')[1]}+{after[n] - self.before[n]}" if after[n] is not None else f"no {n}" for n in self.names))


def mac(text):
    return bytes.fromhex(text.replace(":", ""))


def mac_text(b):
    text = ":".join(f"{x:02x}" for x in b)
    return _NAMES.get(text, text)


def sum16(b):
    b += b"\0" * (len(b) % 2)
    s = sum(struct.unpack(f"!{len(b) // 2}H", b))
    while s >> 16:
        s = (s & 65535) + (s >> 16)
    return ~s & 65535


def ip(src, dst, payload=b"", proto=17, ttl=64, tos=0, ident=1, df=False, mf=False, offset=0, options=b"", length=None, checksum=None):
    options += b"\0" * (-len(options) % 4)
    size = 20 + len(options)
    header = struct.pack("!BBHHHBBH4s4s", 0x40 | size // 4, tos, size + len(payload) if length is None else length, ident,
                         df << 14 | mf << 13 | offset // 8, ttl, proto, 0, socket.inet_aton(src), socket.inet_aton(dst)) + options
    value = sum16(header) if checksum is None else checksum
    return header[:10] + struct.pack("!H", value) + header[12:] + payload


def icmp(kind, code=0, rest=b"\0\0\0\0", body=b""):
    message = bytes([kind, code, 0, 0]) + rest + body
    return message[:2] + struct.pack("!H", sum16(message)) + message[4:]


def echo(seq=1, body=b"payload", ident=77):
    return icmp(8, 0, struct.pack("!HH", ident, seq), body)


def udp(sport, dport, body=b"data"):
    return struct.pack("!HHHH", sport, dport, 8 + len(body), 0) + body


def arp(op, sender_mac, sender, target_mac, target):
    return struct.pack("!HHBBH6s4s6s4s", 1, 0x800, 6, 4, op, mac(sender_mac), socket.inet_aton(sender), mac(target_mac), socket.inet_aton(target))


def _options(b):
    out = []
    while b and b[0]:
        if b[0] == 1:
            out.append("nop")
            b = b[1:]
            continue
        n = max(b[1], 2) if len(b) > 1 else len(b)
        body = b[2:n]
        if b[0] in (7, 131, 137) and body:
            slots = [socket.inet_ntoa(body[1:][i:i + 4]) for i in range(0, len(body) - 4, 4)]
            out.append({7: "rr", 131: "lsrr", 137: "ssrr"}[b[0]] + f"@{body[0]}" + str(slots).replace("'", ""))
        elif b[0] == 68 and len(body) >= 2:
            flag, slots = body[1] & 15, []
            rest = body[2:]
            step = 4 if flag == 0 else 8
            for i in range(0, len(rest) - step + 1, step):
                t = struct.unpack("!I", rest[i + step - 4:i + step])[0]
                slots.append((socket.inet_ntoa(rest[i:i + 4]) + "=" if flag else "") + ("time" if t else "0"))
            out.append(f"ts@{body[0]} over {body[1] >> 4} flag {flag} " + str(slots).replace("'", ""))
        else:
            out.append(f"{b[0]}:{body.hex()}")
        b = b[n:]
    return " {" + " ".join(out) + "}" if out else ""


def _icmp_text(p, quoted):
    kind, code = p[0], p[1]
    text = f"icmp {kind}/{code}"
    if sum16(p) != 0 and not quoted:
        text += " bad sum"
    if kind in (3, 4, 5, 11, 12):
        rest = struct.unpack("!I", p[4:8])[0]
        if kind == 5:
            text += " via " + socket.inet_ntoa(p[4:8])
        elif rest:
            text += f" info {rest}" if kind == 3 else f" pointer {rest >> 24}"
        text += f" quoting {len(p) - 8}: [{ip_text(p[8:], True)}]"
    else:
        text += f" {p[4:8].hex()} {len(p) - 8}"
    return text


def ip_text(p, quoted=False):
    if len(p) < 20:
        return f"{len(p)} bytes"
    size = (p[0] & 15) * 4
    total, _, frag, ttl, proto = struct.unpack("!HHHBB", p[2:10])
    text = f"{socket.inet_ntoa(p[12:16])} > {socket.inet_ntoa(p[16:20])} ttl {ttl}"
    if p[1]:
        text += f" tos {p[1]:#x}"
    if frag & 0x4000:
        text += " df"
    if frag & 0x2000:
        text += " mf"
    if frag & 0x1FFF:
        text += f" at {(frag & 0x1FFF) * 8}"
    if not quoted and sum16(p[:size]):
        text += " bad header sum"
    text += _options(p[20:size])
    body = p[size:total] if not quoted else p[size:]
    if frag & 0x1FFF or (proto == 1 and len(body) < 8):
        return text + f" proto {proto} {len(body)}"
    if proto == 1:
        return text + " " + _icmp_text(body, quoted)
    if proto == 17 and len(body) >= 8:
        sport, dport, _ = struct.unpack("!HHH", body[:6])
        return text + f" udp {_port(sport)} > {_port(dport)} {len(body) - 8}"
    if proto == 6 and len(body) >= 20:
        sport, dport = struct.unpack("!HH", body[:4])
        flags = "".join(c for i, c in enumerate("FSRPAUEC") if body[13] >> i & 1)
        return text + f" tcp {_port(sport)} > {_port(dport)} {flags} {len(body) - (body[12] >> 4) * 4}"
    return text + f" proto {proto} {len(body)}"


def _port(n):
    return n if n < 32768 else "*"


def text(frame):
    """None for what is not told: IPv6, group memberships."""
    to, sender, kind = mac_text(frame[:6]), mac_text(frame[6:12]), struct.unpack("!H", frame[12:14])[0]
    p = frame[14:]
    if kind == 0x806:
        op, sm, s, tm, t = struct.unpack("!6xH6s4s6s4s", p[:28])
        name = {1: "request", 2: "reply"}.get(op, op)
        return f"{sender} > {to} arp {name} {socket.inet_ntoa(s)}({mac_text(sm)}) -> {socket.inet_ntoa(t)}({mac_text(tm)})"
    if kind == 0x800 and p[9] != 2:
        return f"{sender} > {to} {ip_text(p)}"
    return None


class Tap:
    """A tap device of the namespace we are in, up, with addresses; we are at the other end of its wire."""

    def __init__(self, name, *addresses, address=THEIRS):
        self.name = name
        self.fd = os.open("/dev/net/tun", os.O_RDWR)
        fcntl.ioctl(self.fd, 0x400454CA, struct.pack("16sH22x", name.encode(), 0x1002))
        sh(f"ip link set {name} address {address}")
        for a in addresses:
            sh(f"ip addr add {a} dev {name}")
        sh(f"ip link set {name} up")
        for _ in range(30):
            if "LOWER_UP" in sh(f"ip link show {name}"):
                break
            time.sleep(0.05)
        self.drain()

    def drain(self):
        return self.frames(0.02)

    def frames(self, quiet=0.12, most=10000):
        """What comes until nothing did for `quiet` seconds."""
        out = []
        while len(out) < most and select.select([self.fd], [], [], quiet)[0]:
            frame = os.read(self.fd, 70000)
            if text(frame) is not None:
                out.append(frame)
        return out

    def send(self, packet, kind=0x800, to=THEIRS, sender=OURS):
        os.write(self.fd, mac(to) + mac(sender) + struct.pack("!H", kind) + packet)

    def arp(self, op, sender, target, sender_mac=OURS, target_mac="00:00:00:00:00:00", to=None):
        self.send(arp(op, sender_mac, sender, target_mac, target), 0x806, to or (ALL if op == 1 else THEIRS), sender_mac)

    def told(self, what, quiet=0.12, most=10000):
        """Says what the stack sent."""
        frames = self.frames(quiet, most)
        say(what + ":", *([] if frames else ["nothing"]))
        for f in frames:
            say("   ", text(f))
        return frames

    def ask(self, what, packet, quiet=0.12, **how):
        """Sends a packet, says what came of it."""
        self.drain()
        self.send(packet, **how)
        return self.told(what, quiet)

    def know(self, address, lladdr=OURS):
        """Makes us its neighbour, so that it need not ask."""
        sh(f"ip neigh replace {address} lladdr {lladdr} nud permanent dev {self.name}")
