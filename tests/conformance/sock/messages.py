"""Sending and receiving."""
from .words import *

SIZES = [0, 1, 2, 10, 10, 10, 100, 100, 1400, 3000, 9000]


class Messages:
    def flags(self, *usual):
        out = 0
        if self.maybe(0.6):
            out |= MSG["DONTWAIT"]
        for _ in range(self.of(0, 0, 0, 1, 1, 2)):
            out |= MSG[self.r.choice(usual)] if self.maybe(0.8) else MSG[self.r.choice(list(MSG))]
        return out

    def send_flags(self):
        return self.flags("NOSIGNAL", "MORE", "OOB", "DONTROUTE", "CONFIRM", "EOR", "PROBE", "FASTOPEN", "ZEROCOPY") & ~MSG["FASTOPEN" if self.maybe(0.8) else "FIN"]

    def receive_flags(self):
        return self.flags("PEEK", "PEEK", "TRUNC", "TRUNC", "WAITALL", "OOB", "ERRQUEUE", "NOSIGNAL")

    def payload(self, target):
        """Data that makes sense to a socket of this kind: word, length."""
        kind = self.kind(target)
        if kind == "ping" and self.maybe(0.8):
            return f"[ {self.of(8, 8, 8, 13, 0, 42):02x}00{'0000'}0001{'0007'}{'61' * self.of(0, 8, 40)} ]", None
        if kind in ("netlink", "generic") and self.maybe(0.8):
            return self.of(f"[ {u32(20)}{u16(18)}{u16(5)}{u32(7)}{u32(0)}{'00' * 4} ]", f"[ {u32(32)}{u16(18)}{u16(5)}{u32(7)}{u32(0)}{u32(0)}{u32(1)}{u32(0)}{u32(0)} ]",
                           f"[ {u32(16)}{u16(1)}{u16(5)}{u32(8)}{u32(0)} ]", f"[ {u32(32)}{u16(999)}{u16(5)}{u32(8)}{u32(0)}{'00' * 16} ]"), None
        if kind == "packet" and self.maybe(0.8):
            udp = "1388138900120000" + "6869" * 5
            return f"[ {'00' * 6}{'00' * 6}0800 4500 0026 0001 0000 4011 7cc4 7f000001 7f000001 {udp} ]", None
        size = self.r.choice(SIZES)
        return ("{%d}" % size if self.maybe(0.95) else self.bad_pointer()), size

    @staticmethod
    def length(word, size):
        return len(word.strip("[] ").replace(" ", "")) // 2 if size is None else size

    def sent_control(self, target):
        """Control messages: (words, length)."""
        if not self.maybe(0.2):
            return None, 0
        one = self.of(
            lambda: cmsg(0, 8, u32(self.of(0, 1, 99)) + "7f000002" + "00000000"),  # IP_PKTINFO
            lambda: cmsg(0, 2, u32(self.of(1, 64, 255, 0, 256))),  # IP_TTL
            lambda: cmsg(0, 1, u32(self.of(0, 0x10, 0xFC, 256))),  # IP_TOS
            lambda: cmsg(0, 1, "10"),
            lambda: cmsg(0, 4, "01010100"),  # IP_RETOPTS
            lambda: cmsg(17, 103, u16(self.of(10, 500, 0))),  # UDP_SEGMENT
            lambda: cmsg(1, 36, u32(7)),  # SO_MARK
            lambda: cmsg(1, 61, u64(0)),
            lambda: cmsg(1, 37, u32(self.of(2, 8, 1))),  # SO_TIMESTAMPING
            lambda: cmsg(1, 1, ("$0", 4)),  # SCM_RIGHTS
            lambda: cmsg(1, 1, u32(-1)),
            lambda: cmsg(6, 1, u32(1)),
            lambda: cmsg(1, 99, u32(1)),
            lambda: cmsg(41, 50, u32(1) * 5),
        )()
        length = 16 + (len(one.split(" ", 2)[2].replace(" ", "")) // 2 if "$" not in one else 8)
        if self.maybe(0.15):
            length += self.of(-16, -8, -1, 1)
        if self.maybe(0.1):
            return self.bad_pointer(), 24
        return f"[ {one} ]", length

    def header(self, target, sending):
        name, namelen = (None, 0) if self.maybe(0.5) else self.name_of(target) if sending else self.name_out()[:1] + (self.of(16, 128, 0, 2, -1),)
        if not sending and name and name[0] in "<>":
            name = f"<{max(16, namelen)}>"
        buffers = []
        for _ in range(self.of(1, 1, 1, 2, 3, 0)):
            if sending:
                word, size = self.payload(target)
                buffers.append((word, self.length(word, size)))
            else:
                size = self.r.choice(SIZES)
                buffers.append((f"<{size}>" if self.maybe(0.95) else self.bad_pointer(), size))
        if self.maybe(0.05) and buffers:
            word = buffers[-1][0]  # what lies behind can't be read
            buffers[-1] = (">" + word if word[0] in "<{[" else word, self.of(-1, 0x7FFFFFFF, 1 << 40, 1 << 31))
        if sending:
            control, controllen = self.sent_control(target)
        else:
            controllen = self.of(0, 0, 256, 256, 16, 20, 24, 8, 40)
            control = f"<{controllen}>" if controllen else None
        iovlen = None if self.maybe(0.96) else self.of(0, 1025, 1024, -1, 100)
        return msghdr(name, namelen, buffers, control, controllen, self.of(0, 0, 0, 0xFFFFFFFF, 0x20), iovlen)

    def hint(self, target):
        kind = self.kind(target)
        return {"raw": " # packet0", "packet": " # packet14", "cooked": " # packet0", "ping": " # packet0"}.get(kind, "")

    def receiver(self):
        return self.target("udp", "udp", "udp", "stream", "stream", "stream", "tcp", "ping", "raw", "packet", "cooked", "netlink", "generic", "unix", "listener")

    def send_call(self):
        t = self.receiver()
        if self.maybe(0.35):
            return self.say(f"sendmsg {t} [ {self.header(t, True)} ] {self.send_flags():#x}")
        word, size = self.payload(t)
        length = self.length(word, size)
        if self.maybe(0.04):
            length = self.of(-1, 65507, 65508, 70000, 1 << 40)
            if 0 < length < 80000:
                word = "{%d}" % length
            elif word[0] in "{[":
                word = ">" + word
        name, namelen = ("0", "0") if self.maybe(0.5) else self.name_of(t)
        self.say(f"sendto {t} {word} {length} {self.send_flags():#x} {name} {namelen}")

    def receive_call(self):
        t = self.receiver()
        if self.maybe(0.4):
            return self.say(f"recvmsg {t} [ {self.header(t, False)} ] {self.receive_flags():#x}{self.hint(t)}")
        size = self.r.choice(SIZES)
        word = f"<{size}>" if self.maybe(0.93) else self.of(f">[ {'a5' * 4} ]", self.bad_pointer())
        name, namelen = ("0", "0") if self.maybe(0.4) else self.name_out()
        length = size if self.maybe(0.96) else self.of(-1, 1 << 40)
        if length != size:
            word = "<70000>"
        self.say(f"recvfrom {t} {word} {length} {self.receive_flags():#x} {name} {namelen}{self.hint(t)}")

    def many_call(self):
        t = self.receiver()
        sending = self.maybe(0.5)
        count = self.of(1, 2, 3)
        # struct mmsghdr has a length and a gap behind each header.
        headers = " ".join(f"{self.header(t, sending)} {u32(0xA5A5A5A5)}00000000" for _ in range(count))
        count = count if self.maybe(0.93) else self.of(0, 1025, -1)
        if sending:
            return self.say(f"sendmmsg {t} [ {headers} ] {count} {self.send_flags():#x}")
        wait = self.of("0", "0", f"[ {u64(0)}{u64(20000000)} ]", f"[ {u64(0)}{u64(0)} ]", f"[ {u64(-1)}{u64(0)} ]", f"[ {u64(0)}{u64(1000000000)} ]", self.bad_pointer())
        self.say(f"recvmmsg {t} [ {headers} ] {count} {self.receive_flags() | self.of(0, MSG['WAITFORONE']):#x} {wait}{self.hint(t) or ' #'} times_left")

    def plain_call(self):
        t = self.target("udp", "udp", "stream", "stream", "stream", "tcp", "ping", "raw", "packet", "cooked", "netlink", "unix", "listener", "pipe", "file")
        reading = self.maybe(0.6)
        size = self.r.choice(SIZES)
        word, length = (f"<{size}>", size) if reading else ("{%d}" % size, size)
        if self.maybe(0.08):
            word = self.bad_pointer()
        elif self.maybe(0.03):
            length = self.of(-1, 1 << 40)
            word = word if length < 0 else "<70000>"
        form = self.of("", "", "", "v", "v", "64", "pv", "pv2")
        end = self.hint(t) if reading else ""
        verb = "read" if reading else "write"
        if form == "":
            return self.say(f"{verb} {t} {word} {length}{end}")
        if form == "64":
            return self.say(f"p{verb}64 {t} {word} {length} {self.of(0, 1, -1, 100)}{end}")
        vector, count = iov([(f"<{n}>" if reading else "{%d}" % n, n) for n in (self.r.choice(SIZES) for _ in range(self.of(0, 1, 2, 3)))])
        count = count if self.maybe(0.9) else self.of(-1, 1025, 1024, 0)
        if form == "v":
            return self.say(f"{verb}v {t} {vector[1:]} {count}{end}")
        if form == "pv":
            return self.say(f"p{verb}v {t} {vector[1:]} {count} {self.of(0, 5, -1)} 0{end}")
        self.say(f"p{verb}v2 {t} {vector[1:]} {count} {self.of(-1, -1, 0)} {self.of(0, -1)} {self.of(0, 8, 1, 16, 4, 32, 64, 0x1000)}{end}")
