"""One random call at a time, on the sockets of a sequence: mostly a sensible one, sometimes one with something wrong in it."""
from .files import Files
from .messages import Messages
from .options import Options
from .waiting import Waiting
from .words import *


class Calls(Messages, Options, Files, Waiting):
    # ---- pieces

    def maybe(self, chance):
        return self.r.random() < chance

    def of(self, *choices):
        return self.r.choice(choices)

    def say(self, *lines):
        self.lines += lines

    def target(self, *kinds):
        """A slot, of one of these kinds as a rule."""
        fit = [i for i, k in enumerate(self.slots) if not kinds or k in kinds]
        if fit and self.maybe(0.93):
            return f"s{self.r.choice(fit)}"
        return f"s{self.r.randrange(len(self.slots))}" if self.maybe(0.9) else self.of("-1", "999", "s39", "0x7fffffff")

    def any_socket(self):
        return self.target("udp", "udp", "tcp", "stream", "listener", "ping", "raw", "packet", "cooked", "netlink", "generic", "unix")

    def kind(self, target):
        return self.slots[int(target[1:])] if target[0] == "s" and int(target[1:]) < len(self.slots) else None

    def bad_pointer(self):
        return self.of("0", "1", "0xffff888000000000", "0x7fffffffe000")

    def name_of(self, target):
        """Address and length for a socket of its kind: mostly right."""
        kind = self.kind(target)
        if self.maybe(0.04):
            return self.bad_pointer(), self.of(16, 0, 2, -1)
        if self.maybe(0.04):
            return f">[ {sin(HERE, 5001)[:self.of(4, 8, 14, 30)]} ]", 16
        if kind in ("packet", "cooked") and self.maybe(0.9):
            name, length = sll(self.of(1, 1, 1, 10, 0, 99, -1), self.of(3, 0x0800, 0x0800, 0x0806, 0, 0x88B5), self.of("ffffffffffff", "000000000000"), self.of(6, 6, 0, 8)), 20
        elif kind in ("netlink", "generic") and self.maybe(0.9):
            name, length = snl(self.of(0, 0, 4711, 4712, -5), self.of(0, 0, 0, 1, 0x11, -1)), 12
        elif kind == "unix" and self.maybe(0.9):
            name = sun(self.of(b"\0one", b"\0two", b"\0three", b"\0"))
            length = len(name) // 2
        else:
            name, length = sin(self.r.choice(ADDRESSES), self.r.choice(PORTS + PORTS + [0, 5009, 7, 65535]), self.of(2, 2, 2, 2, 2, 2, 2, 2, 0, 1, 10, 77)), 16
        if self.maybe(0.1):
            length = self.of(0, 1, 2, 7, 8, 12, 15, 17, 18, 20, 28, 110, 128, 129, -1, 0x7FFFFFFF)
        return f"[ {name} ]" if self.maybe(0.9) or len(name) < 2 * length else f">[ {name} ]", length

    def name_out(self):
        """Where an address is to be written, and where its length."""
        if self.maybe(0.06):
            return self.bad_pointer(), self.of("0", f"[ {u32(16)} ]")
        if self.maybe(0.05):
            return "<16>", self.bad_pointer()
        size = self.of(16, 16, 16, 128, 0, 1, 2, 7, 12, 15, 20, 110)
        said = size if self.maybe(0.85) else self.of(-1, 0x7FFFFFFF, 129, 16)
        return (">" if self.maybe(0.1) and said <= size else "") + f"<{max(size, said if 0 < said < 200 else 0, 1)}>", f"[ {u32(said)} ]"

    # ---- calls

    def socket_call(self):
        family = self.of(2, 2, 2, 2, 17, 16, 1, 0, 3, 4, 5, 9, 38, 45, 46, -1, 0x10002)
        type_ = self.of(1, 1, 2, 2, 3, 3, 4, 5, 6, 10, 0, 7, 11, 15, -1) | self.of(0, 0, 0, NONBLOCK, CLOEXEC, NONBLOCK | CLOEXEC, 0x10, 0x100, 0x4000)
        protocol = self.of(0, 0, 0, 1, 2, 6, 17, 33, 41, 58, 132, 255, 256, 262, -1, 3, 0x300, 16, 15, 12)
        if family == 16:
            protocol = self.of(0, 0, 16, 1, 2, 3, 5, 7, 13, 14, 17, 18, 22, 23, 31, 32, 100, -1)  # those that every kernel refuses or all have
            if protocol not in (0, 16, 1, 2, 3, 17, 13, 23, 31, 32, 100, -1):
                protocol = 0
        if self.maybe(0.15):
            return self.say(f"socketpair {family} {type_ & ~0xf | self.of(1, 2, 3, 5)} {protocol} {self.of('<8>', '>[ ]', '0')}")
        n = self.slot({(2, 1): "tcp", (2, 2): "udp", (2, 3): "raw", (17, 3): "packet", (17, 2): "cooked", (16, 3): "netlink", (16, 2): "netlink"}.get((family, type_ & 15), "odd"))
        self.say(f"s{n} = socket {family} {type_} {protocol}")

    def bind_call(self):
        t = self.any_socket()
        self.say(f"bind {t} {' '.join(map(str, self.name_of(t)))}")

    def connect_call(self):
        t = self.target("udp", "tcp", "raw", "ping", "stream", "netlink", "unix")
        name, length = self.name_of(t)
        if self.maybe(0.15):
            name, length = f"[ {'00' * 16} ]", 16
        self.say(f"connect {t} {name} {length}")

    def listen_call(self):
        self.say(f"listen {self.target('tcp', 'listener', 'udp', 'stream', 'unix')} {self.of(0, 1, 5, 128, -1, 100000)}")

    def accept_call(self):
        t = self.target("listener", "listener", "listener", "tcp", "unix", "udp")
        n = self.slot("stream" if self.kind(t) == "listener" else "odd")
        name, length = ("0", "0") if self.maybe(0.3) else self.name_out()
        if self.maybe(0.5):
            self.say(f"s{n} = accept {t} {name} {length}")
        else:
            self.say(f"s{n} = accept4 {t} {name} {length} {self.of(0, NONBLOCK, CLOEXEC, NONBLOCK | CLOEXEC, 1, 2, 0x40):#x}")

    def who_call(self):
        self.say(f"{self.of('getsockname', 'getpeername')} {self.any_socket()} {' '.join(self.name_out())}")

    def shutdown_call(self):
        self.say(f"shutdown {self.target('stream', 'stream', 'udp', 'tcp', 'unix', 'listener', 'raw', 'packet', 'netlink', 'ping')} {self.of(0, 1, 2, 1, 2, 3, -1)}")

    def more_connection(self):
        """Another client for a listener."""
        n = self.slot("stream")
        self.say(f"s{n} = socket 2 {1 | NONBLOCK} 0", f"connect s{n} [ {sin(HERE, 5003)} ] 16")

    CHOICES = [("socket_call", 4), ("bind_call", 5), ("connect_call", 6), ("listen_call", 3), ("accept_call", 5), ("who_call", 6), ("shutdown_call", 4), ("more_connection", 2),
               ("send_call", 12), ("receive_call", 14), ("many_call", 5), ("plain_call", 9), ("option_set", 10), ("option_get", 12), ("ioctl_call", 10), ("fcntl_call", 5),
               ("file_call", 8), ("move_call", 6), ("copy_call", 4), ("poll_call", 9), ("epoll_call", 5), ("pass_call", 3), ("together_call", 3)]

    def call(self):
        names, weights = zip(*self.CHOICES)
        at = len(self.lines)
        getattr(self, self.r.choices(names, weights)[0])()
        if len(self.lines) == at + 1 and " = " not in self.lines[-1] and not self.lines[-1].startswith("%"):
            chance = self.r.random()
            if self.lines[-1].split()[0] in ("connect", "listen"):
                return  # they may put another file in the place of the descriptor, which a fork's copy does not show
            if chance < 0.04:
                self.lines[-1] = "& " + self.lines[-1]
            elif chance < 0.07:
                self.lines[-1] = "r " + self.lines[-1]
