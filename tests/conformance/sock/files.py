"""What can be done with any file, on sockets; and data between files."""
from .words import *


class Files:
    def file_call(self):
        t = self.any_socket()
        call = self.of(
            lambda: f"fstat {t} <144> # fstat",
            lambda: f"fstatfs {t} <120>",
            lambda: f"ftruncate {t} {self.of(0, 10, -1)}",
            lambda: f"fsync {t}",
            lambda: f"fdatasync {t}",
            lambda: f"mmap 0 {self.of(4096, 4096, 0, 100)} {self.of(1, 3, 0)} {self.of(1, 2, 3, 0)} {t} {self.of(0, 0, 4096, 5)}",
            lambda: f"fallocate {t} {self.of(0, 1, 3, 0x1000)} 0 {self.of(10, 0, -1)}",
            lambda: f"flock {t} {self.of(2 | 4, 1 | 4, 8, 0, 15)}",
            lambda: f"lseek {t} {self.of(0, 5, -1)} {self.of(0, 1, 2, 3, 4, 9)}",
            lambda: f"lseek {t} {self.of(0, 5, -1)} {self.of(0, 1, 2, 3, 4, 9)}",
            lambda: f"getdents64 {t} <100> 100",
            lambda: f"fadvise64 {t} 0 0 {self.of(0, 3, 9)}",
            lambda: f"readahead {t} 0 100",
            lambda: f"sync_file_range {t} 0 0 {self.of(0, 1, 99)}",
            lambda: f"fchdir {t}",
            lambda: f"syncfs {t}",
            lambda: f"fgetxattr {t} [ {b'system.sockprotoname'.hex()}00 ] <40> {self.of(40, 0, 2)}",
            lambda: f"fgetxattr {t} [ {b'user.x'.hex()}00 ] <40> 40",
            lambda: f"flistxattr {t} <100> {self.of(100, 0, 3)}",
            lambda: f"newfstatat {t} [ 00 ] <144> 0x1000 # fstat",
            lambda: f"newfstatat {t} [ 6100 ] <144> 0 # fstat",
            lambda: f"openat {t} [ 6100 ] 0",
        )()
        self.say(call)

    def copy_call(self):
        t = self.any_socket()
        kind = self.kind(t) or "odd"
        what = self.of("dup", "dup3", "close", "close_range", "fork")
        if what == "dup":
            return self.say(f"s{self.slot(kind)} = dup {t}")
        if what == "dup3":
            return self.say(f"s{self.slot(kind)} = dup3 {t} {self.of(60, 61, t)} {self.of(0, CLOEXEC, 1)}")
        if what == "close_range" and self.maybe(0.2):
            return self.say(f"close_range {t} {self.of(t, 100, 2)} {self.of(0, 4, 2, 1)}")
        self.say(f"{'& ' if what == 'fork' else ''}close {t}")

    def move_call(self):
        """sendfile, splice, tee, vmsplice."""
        t = self.target("stream", "stream", "udp", "tcp", "raw", "packet", "netlink", "unix", "listener", "ping", "pipe", "file")
        if "pipe" not in self.slots and self.maybe(0.5):
            self.pipes()
        p, q = self.target("pipe"), self.target("pipe", "stream", "file")
        f = self.target("file")
        at = self.of("0", "0", f"[ {u64(self.of(0, 3, -1))} ]", self.bad_pointer())
        flags = self.of(0, 0, 2, 2, 1, 4, 3, 0x10, -1)
        n = self.of(0, 1, 10, 100, 5000)
        call = self.of(
            lambda: f"sendfile {t} {f} {at} {n}",
            lambda: f"sendfile {t} {f} {at} {n}",
            lambda: f"sendfile {f} {t} {at} {n}",
            lambda: f"sendfile {t} {self.any_socket()} {at} {n}",
            lambda: f"splice {t} {at} {p} {self.of('0', at)} {n} {flags:#x}",
            lambda: f"splice {p} {self.of('0', at)} {t} {at} {n} {flags:#x}",
            lambda: f"splice {p} 0 {t} 0 {n} 0x2",
            lambda: f"splice {t} 0 {p} 0 {n} 0x2",
            lambda: f"splice {t} 0 {q} 0 {n} {flags:#x}",
            lambda: f"tee {t} {p} {n} {flags:#x}",
            lambda: f"tee {p} {t} {n} {flags:#x}",
            lambda: f"vmsplice {t} [ *{{20}} {u64(20)} ] 1 {flags:#x}",
            lambda: f"vmsplice {p} [ *{{20}} {u64(20)} ] 1 0x2",
            lambda: f"write {p} {{20}} 20",
            lambda: f"read {p} <100> 100",
            lambda: f"copy_file_range {t} 0 {f} 0 {n} 0",
            lambda: f"copy_file_range {f} 0 {t} 0 {n} 0",
        )()
        self.say(call)

    def pass_call(self):
        """A socket through a UNIX socket, and what comes out of it used."""
        t = self.any_socket()
        if t[0] != "s":
            return
        a, b, n = self.slot("odd"), self.slot("odd"), self.slot(self.kind(t) or "odd")
        header = msghdr(None, 0, [("{1}", 1)], f"[ {cmsg(1, 1, (f'${t[1:]}', 4))} 00000000 ]".replace("$%s 00000000" % t[1:], "$%s" % t[1:]), 20, 0)
        flags = self.of(0, MSG["PEEK"], MSG["CMSG_CLOEXEC"])
        room = self.of(24, 24, 24, 16, 20, 8)
        out = msghdr(None, 0, [("<1>", 1)], f"<{room}>", room, 0)
        self.say(f"socketpair 1 {self.of(1, 2, 5)} 0 <8>", f"s{a} = take 0 0", f"s{b} = take 0 4", f"sendmsg s{a} [ {header} ] 0", f"close {t}" if self.maybe(0.4) else "nap 0",
                 f"recvmsg s{b} [ {out} ] {flags:#x}", f"s{n} = take 2 16", f"getsockname s{n} <16> [ {u32(16)} ]", f"getsockopt s{n} 1 3 <4> [ {u32(4)} ]",
                 f"close s{a}", f"close s{b}")
