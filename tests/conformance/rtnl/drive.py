#!/usr/bin/env python3
"""Sends sequences of rtnetlink commands and records what came back: drive.py SEQUENCES.json RECORD.json

It is the same program on both sides, and knows nothing of which side it is on. Each sequence has three namespaces of its own."""
import ctypes
import fcntl
import json
import os
import socket
import struct
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.realpath(__file__))))
sys.dont_write_bytecode = True
from rtnl import wire  # noqa: E402
from rtnl.drive_facts import FIRST_FD  # noqa: E402

CLONE_NEWNET = 0x40000000
SOL_NETLINK, ADD_MEMBERSHIP, CAP_ACK, EXT_ACK, STRICT = 270, 1, 10, 11, 12
FLAVOURS = [(EXT_ACK,), (EXT_ACK, STRICT), (EXT_ACK, CAP_ACK, STRICT), ()]

TUNSETIFF, TUNSETIFINDEX = 0x400454CA, 0x400454DA
libc = ctypes.CDLL(None, use_errno=True)


def check(result):
    if result < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


class Namespace:
    def __init__(self, number):
        check(libc.unshare(CLONE_NEWNET))
        for which in ("all", "default"):
            path = f"/proc/sys/net/ipv6/conf/{which}/disable_ipv6"
            if os.path.exists(path):
                with open(path, "w") as f:
                    f.write("1")
        fd = os.open("/proc/self/ns/net", os.O_RDONLY)
        self.fd = FIRST_FD + number
        if fd != self.fd:
            os.dup2(fd, self.fd)
            os.close(fd)
        self.talkers = [self.netlink(options) for options in FLAVOURS]
        self.watcher = self.netlink((EXT_ACK,))
        for group in range(1, 40):
            try:
                self.watcher.setsockopt(SOL_NETLINK, ADD_MEMBERSHIP, group)
            except OSError:
                pass

    def netlink(self, options):
        s = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW | socket.SOCK_CLOEXEC, 0)
        s.bind((0, 0))
        s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
        for option in options:
            s.setsockopt(SOL_NETLINK, option, 1)
        return s

    def close(self):
        for s in self.talkers + [self.watcher]:
            s.close()
        os.close(self.fd)


def all_of(s, own_port=None):
    """Every datagram that waits."""
    out = []
    while True:
        try:
            data = s.recv(65536, socket.MSG_DONTWAIT)
        except BlockingIOError:
            return out
        except OSError as e:
            out.append("errno %d" % e.errno)
            continue
        out.append(data.hex())


def tap(index, name, flags):
    fd = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(fd, TUNSETIFINDEX, struct.pack("=I", index))
    fcntl.ioctl(fd, TUNSETIFF, struct.pack("16sH22x", name, flags))
    return fd


def dump(talker, kind, head, seq):
    talker.send(struct.pack("=IHHII", 16 + len(head), kind, 0x301, seq, 0) + head)
    out = []
    while True:
        data = talker.recv(65536)
        out.append(data.hex())
        if any(m[0] in (wire.NLMSG_DONE, wire.NLMSG_ERROR) for m in wire.split(data)):
            return out


FINAL = [(18, bytes(16)), (22, b"\x02" + bytes(7)), (26, b"\x02" + bytes(11)), (30, bytes(12)), (30, bytes(10) + b"\x08\x00"), (82, b"\x02\0\0\0"), (90, bytes(4)), (94, bytes(8) + b"\x01\0\0\0")]


def run(sequence):
    spaces = [Namespace(i) for i in range(3)]
    fds = []
    if sequence.get("taps"):
        check(libc.setns(spaces[0].fd, CLONE_NEWNET))
        fds = [tap(20, b"t0", 0x1002), tap(21, b"t1", 0x1001)]  # IFF_TAP | IFF_NO_PI; IFF_TUN
    for space in spaces:
        all_of(space.watcher)
    ports = [[s.getsockname()[0] for s in space.talkers] for space in spaces]
    results = []
    for seq, command in enumerate(sequence["commands"], 1000):
        if command.get("sleep"):
            time.sleep(command["sleep"])
            continue
        talker = spaces[command["ns"]].talkers[command["socket"]]
        result = {}
        try:
            talker.send(wire.message(command, seq))
        except OSError as e:
            result["send"] = e.errno
        result["answers"] = all_of(talker)
        result["heard"] = [all_of(space.watcher) for space in spaces]
        results.append(result)
    # Carriers settle within a second (link watch).
    final = []
    if sequence.get("settle"):
        time.sleep(sequence["settle"])
        final = [[dump(space.talkers[1 if kind == 94 else 0], kind, head, 1) for kind, head in FINAL] for space in spaces]
    for fd in fds:
        os.close(fd)
    for space in spaces:
        space.close()
    return {"ports": ports, "results": results, "final": final}


def main():
    with open(sys.argv[1]) as f:
        sequences = json.load(f)
    home = os.open("/proc/self/ns/net", os.O_RDONLY)
    records = []
    for sequence in sequences:
        records.append(run(sequence))
        check(libc.setns(home, CLONE_NEWNET))
    with open(sys.argv[2], "w") as f:
        json.dump(records, f)


main()
