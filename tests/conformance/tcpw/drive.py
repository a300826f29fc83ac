#!/usr/bin/env python3
"""Lives random lives and records what the stack said: drive.py WORLDS.json RECORD.json. The same program on both sides."""
import json
import os
import re
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.realpath(__file__))))
sys.dont_write_bytecode = True
from tcpwire import *  # noqa: E402,F403
from sockets import _libc  # noqa: E402

STEP = 0.055  # longer than a delayed ack takes


class Life:
    def __init__(self, world):
        if _libc.unshare(0x40000000):
            raise OSError("unshare")
        sh("for f in all default; do echo 1 > /proc/sys/net/ipv6/conf/$f/disable_ipv6; done")
        # Timeouts have scenarios of their own; here they would fall into this step or the next.
        self.wire = Wire(**world["sysctls"])
        sh("ip route replace 192.0.2.2 dev tun0 rto_min 4s")
        self.world, self.socket, self.listener, self.said = world, None, None, []
        getattr(self, "open_" + world["opens"].replace("-", "_"))(world)

    def open_accepted(self, world):
        self.open_half_open(world)
        self.flow.send(".")
        self.wire.collect()
        self.accept()

    def open_connected(self, world, answer=True):
        self.socket, self.flow = self.wire.connecting(**world["on"])
        f = self.flow
        f.win = world["window"]
        self.wire.collect(world["rtt"])
        if not answer:
            return
        f.send("S.", options=world["options"])
        f.ts = "ts" in world["options"] and any(k == 8 for s in f.heard for k, _ in parsed(s.options))

    def open_connecting(self, world):
        self.open_connected(world, False)

    def open_half_open(self, world):
        self.listener = self.wire.listener(8080, **world["on"])
        self.listener.setblocking(False)
        self.flow = f = self.wire.flow(8080)
        f.win = world["window"]
        f.send("S", options=world["options"])
        self.wire.collect(world["rtt"])
        f.ts = any(k == 8 for s in f.heard for k, _ in parsed(s.options))

    def open_time_wait(self, world):
        self.open_accepted(world)
        self.socket.shutdown(SHUT_WR)
        self.wire.collect()
        self.flow.send(".")
        self.flow.send("F.")
        self.wire.collect()
        self.socket.close()
        self.socket = None

    def accept(self):
        if self.socket is None and self.listener is not None:
            try:
                self.socket = self.listener.accept()[0]
                self.socket.setblocking(False)
            except OSError:
                pass

    def segment(self, step):
        f = self.flow
        fields = dict(step)
        if "sack" in fields and "options" not in fields:
            a, b = fields.pop("sack")
            fields["options"] = ("+" if f.ts else "nop,nop,") + f"sack {max(f.got + a, 1)}:{max(f.got + b, 2)}"
        fields.pop("sack", None)
        ahead, ack = fields.pop("seq"), fields.pop("ack")
        end = f.next + len(bytes(fields["data"])) + ("F" in fields["flags"])
        f.send(fields.pop("flags"), fields.pop("data"), seq=f.next + ahead, ack=max(f.got + ack, 0) if ack < 0 else f.got + ack, **fields)
        return ahead, end

    def do(self, step):
        what, *args = step
        s, f = self.socket, self.flow
        wait = STEP
        if what == "segment":
            ahead, end = self.segment(args[0])
        elif what == "icmp":
            kind, code, extra, back = args
            if f.irs is not None:
                self.wire.icmp(f, kind, code, extra, seq=f.got + back)
        elif what == "wait":
            wait = args[0]
        elif s is None:
            return "no socket"
        else:
            self.wire.acted = time.monotonic()
            try:
                if what == "send":
                    s.send(b"x" * args[0], globals()[args[1]] if args[1] else 0)
                elif what == "shutdown":
                    s.shutdown(args[0])
                elif what == "set":
                    s.setsockopt(IPPROTO_TCP, globals()[args[0]], args[1])
                else:
                    if what == "linger":
                        s.setsockopt(SOL_SOCKET, SO_LINGER, struct.pack("ii", 1, 0))
                    s.close()
                    self.socket = None
            except OSError:
                pass  # errnos have scenarios of their own
        self.wire.collect(0.012)
        self.accept()
        if self.socket is not None:
            try:
                self.socket.recv(1 << 20)
            except OSError:
                pass
        self.wire.collect(wait)

    def look(self):
        lines = []
        for flow, s in self.wire.told():
            # Where writes ended is not seen through a pair of sockets: PSH is not compared.
            # A connection in the place of one in TIME-WAIT begins anywhere.
            words = re.sub(r"^(S\S*) \d{6,}", r"\1 anew", flow.text(s)).replace("P.", ".").split()
            words[0] = words[0].replace("P", "")
            lines.append(" ".join(words))
        # The peer goes on behind what was taken.
        self.flow.next = max(self.flow.acked, self.flow.next if self.flow.acked == 0 else self.flow.acked)
        if self.socket is not None:
            try:
                lines.append("= " + state(self.socket))
            except OSError as e:
                lines.append("= " + name_of(e))
        return lines

    def live(self):
        self.wire.collect(STEP)
        self.accept()
        record = [self.look()]
        for step in self.world["steps"]:
            self.do(step)
            record.append(self.look())
        return record

    def end(self):
        for s in (self.socket, self.listener):
            if s is not None:
                s.close()
        os.close(self.wire.fd)


def main():
    signal.alarm(0)
    with open(sys.argv[1]) as f:
        worlds = json.load(f)
    records = []
    for world in worlds:
        life = Life(world)
        records.append(life.live())
        life.end()
    with open(sys.argv[2], "w") as f:
        json.dump(records, f)


main()
