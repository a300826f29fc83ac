"""poll, select, epoll, and calls that wait while others are made."""
from .words import *

EVENTS = [1, 2, 4, 0x40, 0x80, 0x100, 0x2000]  # a pair says POLLWRBAND where TCP does not


class Waiting:
    def events(self):
        return self.of(1, 4, 5, 0x2005, 0x1DF, 0x1DF | 0x2000, 0, self.r.choice(EVENTS) | self.r.choice(EVENTS))

    def sockets(self):
        return self.r.sample(range(len(self.slots)), min(len(self.slots), self.of(1, 1, 2, 3)))

    def poll_call(self):
        wait = self.of("0", f"[ {u64(0)}{u64(0)} ]", f"[ {u64(0)}{u64(0)} ]", f"[ {u64(0)}{u64(20000000)} ]", f"[ {u64(0)}{u64(0)} ]")
        if self.maybe(0.05):
            wait = self.of(f"[ {u64(-1)}{u64(0)} ]", f"[ {u64(0)}{u64(1 << 40)} ]", self.bad_pointer())
        if self.maybe(0.75):
            polled = " ".join(f"${n} {u16(self.events())}{u16(0xA5A5)}" for n in self.sockets())
            count = polled.count("$")
            if self.maybe(0.4):
                return self.say(f"poll [ {polled} ] {count} {self.of(0, 0, 20)}")
            return self.say(f"ppoll [ {polled} ] {count if self.maybe(0.97) else self.of(-1, 0)} {wait} 0 8 # times_left")
        # Descriptors from 3 on, one bit each: those of the slots as a rule.
        sets = [self.of("0", f"[ {u64(self.r.getrandbits(10) << 3)} ]") for _ in range(3)]
        self.say(f"pselect6 {self.of(14, 20, 10, 0, -1)} {' '.join(sets)} {self.of(f'[ {u64(0)}{u64(0)} ]', f'[ {u64(0)}{u64(20000000)} ]', f'[ {u64(-1)}{u64(0)} ]')} 0 # times_left")

    def epoll_call(self):
        if self.epoll is None:
            return self.poll_call()
        if self.maybe(0.5):
            t = self.any_socket()
            events = self.events() | self.of(0, 0, 1 << 31, 1 << 30, 1 << 28, 1 << 29)
            return self.say(f"epoll_ctl s{self.epoll} {self.of(1, 1, 1, 3, 3, 2, 4)} {t} {self.of(f'[ {u32(events)}{u64(int(t[1:]) if t[0] == chr(115) else 77)} ]', '0') if self.maybe(0.1) else f'[ {u32(events)}{u64(5)} ]'}")
        self.say(f"epoll_pwait s{self.epoll} <60> {self.of(5, 5, 1, 0, -1)} {self.of(0, 0, 20)} 0 8")

    def together_call(self):
        """A call that waits while this process does something else."""
        if self.jobs >= 3:
            return
        self.jobs += 1
        t = self.target("stream", "stream", "udp", "listener")
        size = self.of(1, 10, 100)
        waiting = self.of(f"recvfrom {t} <{size}> {size} {self.of(0, 0, MSG['WAITALL'], MSG['PEEK']):#x} 0 0", 
                          f"accept {t} 0 0", f"recvmsg {t} [ {msghdr(None, 0, [(f'<{size}>', size)], None, 0, 0)} ] 0")
        self.say(f"%{self.jobs} w {waiting}")
        hint = self.hint(t)
        for _ in range(self.of(1, 2)):
            self.r.choice([self.send_call, self.shutdown_call, self.more_connection, self.plain_call, self.option_set])()
        self.say(f"join {self.jobs}{hint}")
        self.jobs -= 1
