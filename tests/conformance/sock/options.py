"""Options, ioctl and fcntl."""
from .words import *


class Options:
    def option(self):
        level = self.r.choice(LEVELS)
        most = {1: 85, 0: 52, 6: 46, 17: 106, 263: 26, 270: 14}.get(level, 110)
        number = self.r.randrange(most)
        if level == 17:
            number = self.of(1, 100, 101, 102, 103, 104, 105, 2)
        if self.maybe(0.03):
            number = self.of(-1, 1000, 0x7FFFFFFF)
        return level, number

    def option_set(self):
        t = self.any_socket()
        level, number = self.option()
        if level == 1 and number in (26, 27, 50, 51, 52):  # filters: pointers inside of structs
            number = 2
        value = self.of(u32(0), u32(1), u32(1), u32(2), u32(5), u32(100), u32(4096), u32(-1), u32(0x7FFFFFFF), "01", "0100", u64(0) + u64(100000), u64(1) + u64(0),
                        u32(0x7F000001), "e0010101" + "7f000001", "e0010101" + "00000000" + u32(1), u32(1) + u32(0), "6c6f00", "61" * 20, "", u32(0) * 10, "637562696300", "72656e6f")
        length = len(value) // 2
        if self.maybe(0.12):
            length = self.of(0, 1, 2, 3, 4, 8, 12, 16, 40, 256, -1, 0x7FFFFFFF)
        word = f"[ {value} {'00' * max(0, min(300, length) - len(value) // 2)} ]"
        if self.maybe(0.05):
            word = self.bad_pointer()
        self.say(f"setsockopt {t} {level} {number} {word} {length}")

    def option_get(self):
        t = self.any_socket()
        level, number = self.option()
        size = self.of(4, 4, 4, 4, 8, 16, 16, 1, 2, 3, 0, 12, 64, 256)
        said = size if self.maybe(0.94) else self.of(-1, 0x7FFFFFFF)
        word = f"<{size}>" if self.maybe(0.95) else self.bad_pointer()
        length = f"[ {u32(said)} ]" if self.maybe(0.97) else self.bad_pointer()
        hint = ""
        if (level, number) == (6, 11):
            hint = " # tcpinfo"
        self.say(f"getsockopt {t} {level} {number} {word} {length}{hint}")

    def ioctl_call(self):
        t = self.target("udp", "udp", "tcp", "stream", "stream", "listener", "raw", "ping", "packet", "cooked", "netlink", "unix")
        request = self.r.choice(self.of(SOCKET_IOCTLS, SOCKET_IOCTLS, SOCKET_IOCTLS, DEVICE_IOCTLS, ODD_IOCTLS))
        hint = ""
        if request in DEVICE_IOCTLS:
            name = self.of(b"lo", b"lo", b"a", b"zz", b"lo:1", b"", b"averyverylongnam").ljust(16, b"\0").hex()
            if request in (0x8912,):
                word = f"[ {u32(self.of(0, 40, 400, 20, -1))}00000000 {self.of('*<400>', u64(0))} ]"
            elif request == 0x8910:
                word = f"[ {name[:0]}{'00' * 16}{u32(self.of(1, 10, 99, 0))}{'00' * 20} ]"
            else:
                word = f"[ {name}{self.of('00' * 24, sin(HERE, 0) + '00' * 8, u32(1) + '00' * 20)} ]"
            if self.maybe(0.05):
                word = self.bad_pointer()
        elif request in (0x8901, 0x8902):
            word = f"[ {u32(self.of(0, -1, 0x3FFFFFFE))} ]"  # no process, or all that a user has
            word = self.of(word, "[ 00000000 ]", self.bad_pointer())
        elif request in (0x5421, 0x5452):
            word = self.of("[ 00000000 ]", "[ 01000000 ]", "[ 01000000 ]", self.bad_pointer())
        else:
            word = self.of("<8>", "<8>", "<8>", "0", self.bad_pointer(), ">[ a5a5 ]")
        if request in (0x8906, 0x8907):
            word, hint = self.of("<16>", "<16>", "0"), " # times"
        self.say(f"ioctl {t} {request:#x} {word}{hint}")

    def fcntl_call(self):
        t = self.any_socket()
        command = self.r.choice(FCNTLS)
        argument = self.of(0, 1, NONBLOCK, 0o20000, 0o2000, 0o40000, 0o1000000, 2, 10, -1, "pid", 4096)
        if command == 4:
            argument = self.of(0, NONBLOCK, NONBLOCK | 2, 0o2000, 0o20000, 0o40000, 0o1000000)
        if command == 8:
            argument = self.of(0, "pid", 0, 1 << 30)
        if command in (5, 6, 7, 36, 37, 38):
            argument = self.of(f"[ {u16(self.of(0, 1, 2))}{u16(0)}00000000{u64(0)}{u64(0)}{u64(0)} ]", 0)
        if command in (15, 16):
            argument = self.of("<8>", f"[ {u32(1)}{u32(0)} ]", 0)
        if command in (1035, 1036, 1037, 1038):
            argument = self.of("<8>", f"[ {u64(1)} ]", 0)
        if command in (0, 1030):
            n = self.slot(self.kind(t) or "odd")
            return self.say(f"s{n} = fcntl {t} {command} {self.of(0, 0, 10, 50, -1, 100000000)}")
        self.say(f"fcntl {t} {command} {argument}")
