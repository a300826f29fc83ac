"""Random sequences of system calls on sockets: a scene in which sockets know each other, then calls on them, some of them broken."""
import random

from .calls import Calls
from .veth import veth_lines
from .words import *


class Generator(Calls):
    def __init__(self, seed):
        self.r = random.Random(seed)

    # ---- scenes: what they leave in self.slots is a kind for each slot

    def slot(self, kind):
        self.slots.append(kind)
        return len(self.slots) - 1

    def socket(self, kind):
        family, type_, protocol = {"udp": (2, 2, 0), "tcp": (2, 1, 0), "ping": (2, 2, 1), "raw": (2, 3, self.of(1, 17, 255, 200)), "packet": (17, 3, 0), "cooked": (17, 2, 0),
                                   "netlink": (16, 3, 0), "generic": (16, 3, 16)}[kind]
        if self.maybe(0.5):
            type_ |= NONBLOCK
        n = self.slot(kind)
        self.say(f"s{n} = socket {family} {type_} {protocol}")
        return n

    def bound(self, kind, address, port):
        n = self.socket(kind)
        self.say(f"bind s{n} [ {sin(address, port)} ] 16")
        return n

    def datagrams(self):
        a, b = self.bound("udp", HERE, 5001), self.bound("udp", self.of(HERE, ANY), 5002)
        if self.maybe(0.6):
            self.say(f"connect s{a} [ {sin(HERE, 5002)} ] 16")
        if self.maybe(0.4):
            self.say(f"connect s{b} [ {sin(HERE, 5001)} ] 16")

    def connection(self):
        listening = self.slot("listener")
        self.say(f"s{listening} = socket 2 1 0")
        self.say(f"bind s{listening} [ {sin(HERE, 5003)} ] 16", f"listen s{listening} {self.of(1, 5, 128)}")
        client, server = self.slot("stream"), self.slot("stream")
        self.say(f"s{client} = socket 2 1 0")
        if self.maybe(0.4):
            self.say(f"bind s{client} [ {sin(HERE, 5004)} ] 16")
        self.say(f"connect s{client} [ {sin(HERE, 5003)} ] 16", f"s{server} = accept s{listening} 0 0")
        if self.maybe(0.5):
            self.say(f"fcntl s{client} 4 {NONBLOCK:#x}", f"fcntl s{server} 4 {NONBLOCK:#x}")
        if self.maybe(0.3):
            self.say(f"close s{listening}")

    def veth(self):
        """A pair of devices, the other end in space 1."""
        self.say(*veth_lines())
        a, b = self.slot("udp"), self.slot("udp")
        self.say(f"s{a} = socket 2 2 0", f"bind s{a} [ {sin(NEAR, 5001)} ] 16")
        self.say("space 1", f"s{b} = socket 2 2 0", f"bind s{b} [ {sin(FAR, 5002)} ] 16")
        if self.maybe(0.5):
            listening, client, server = self.slot("listener"), self.slot("stream"), self.slot("stream")
            self.say(f"s{listening} = socket 2 1 0", f"bind s{listening} [ {sin(FAR, 5003)} ] 16", f"listen s{listening} 5", "space 0", f"s{client} = socket 2 1 0",
                     f"connect s{client} [ {sin(FAR, 5003)} ] 16", f"s{server} = accept s{listening} 0 0")
        else:
            self.say("space 0")

    def unix(self):
        kind = self.of(1, 2, 5)
        a, b = self.slot("unix"), self.slot("unix")
        if self.maybe(0.4):
            self.say(f"socketpair 1 {kind} 0 <8>", f"s{a} = take 0 0", f"s{b} = take 0 4")
            return
        name = sun(self.of(b"\0one", b"\0two", b"\0", b"\0" + b"n" * 107, b"\0a\0b"))
        self.say(f"s{a} = socket 1 {kind} 0", f"bind s{a} [ {name} ] {len(name) // 2}", f"s{b} = socket 1 {kind | NONBLOCK} 0")
        if kind != 2:
            c = self.slot("unix")
            self.say(f"listen s{a} 3", f"connect s{b} [ {name} ] {len(name) // 2}", f"s{c} = accept s{a} <110> [ 6e000000 ]")
        else:
            self.say(f"connect s{b} [ {name} ] {len(name) // 2}")

    def pipes(self):
        a, b = self.slot("pipe"), self.slot("pipe")
        self.say(f"pipe2 <8> {NONBLOCK:#x}", f"s{a} = take 0 0", f"s{b} = take 0 4")
        f = self.slot("file")
        self.say(f"s{f} = memfd_create [ 6d00 ] 0", f"write s{f} {{300}} 300", f"lseek s{f} 0 0")

    def watcher(self):
        self.epoll = self.slot("epoll")
        self.say(f"s{self.epoll} = epoll_create1 0")

    def strangers(self):
        for _ in range(self.of(1, 2, 3)):
            self.socket(self.of("udp", "udp", "tcp", "tcp", "ping", "raw", "packet", "cooked", "netlink", "generic"))

    def sequence(self, length):
        self.lines, self.slots, self.epoll, self.jobs = [], [], None, 0
        scenes = [self.datagrams] * 4 + [self.connection] * 5 + [self.strangers] * 3 + [self.veth, self.unix]
        self.r.choice(scenes)()
        for _ in range(self.of(0, 0, 1)):
            self.r.choice([self.datagrams, self.connection, self.strangers])()
        if self.maybe(0.2):
            self.pipes()
        if self.maybe(0.2):
            self.watcher()
        for _ in range(length):
            self.call()
        for job in range(1, self.jobs + 1):
            self.say(f"join {job}")
        return {"commands": self.lines}
