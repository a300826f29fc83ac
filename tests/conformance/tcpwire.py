"""The remote host of TCP connections, played by hand: a tun device, segments built and read one by one.

`py NS <<'P'` of lib.sh, then `from tcpwire import *` (with all of sockets.py). We are 192.0.2.2, the stack is 192.0.2.1.
Sequence numbers print relative to the first of their side; ours are given so too. A line that is told with "+0.2" came that
many seconds, about, after what we did last; without, it came at once.
"""
import fcntl
from sockets import *
from wire import icmp, ip, put, sh, sum16

US, STACK = "192.0.2.2", "192.0.2.1"
FLAGS = "FSRPAUEC"
OURS, FULL = 1000, "mss 1460,sackok,ts,nop,wscale 7"  # our first sequence number; the options of Linux's own SYN
TIMES = (0.04, 0.1, 0.22, 0.4, 0.66, 1, 1.54, 2.2, 3, 4.5, 7)  # a time prints as the next of these
_INFO = ("B:state B:ca_state B:retransmits B:probes B:backoff B:options B:wscale B:flags I:rto I:ato I:snd_mss I:rcv_mss I:unacked I:sacked I:lost "
         "I:retrans I:fackets I:last_data_sent I:last_ack_sent I:last_data_recv I:last_ack_recv I:pmtu I:rcv_ssthresh I:rtt I:rttvar "
         "I:snd_ssthresh I:snd_cwnd I:advmss I:reordering I:rcv_rtt I:rcv_space I:total_retrans Q:pacing_rate Q:max_pacing_rate Q:bytes_acked "
         "Q:bytes_received I:segs_out I:segs_in I:notsent_bytes I:min_rtt I:data_segs_in I:data_segs_out Q:delivery_rate Q:busy_time "
         "Q:rwnd_limited Q:sndbuf_limited I:delivered I:delivered_ce Q:bytes_sent Q:bytes_retrans I:dsack_dups I:reord_seen I:rcv_ooopack "
         "I:snd_wnd I:rcv_wnd I:rehash H:total_rto H:total_rto_recoveries I:total_rto_time I:received_ce I:delivered_e1_bytes I:delivered_e0_bytes I:delivered_ce_bytes "
         "I:received_e1_bytes I:received_e0_bytes I:received_ce_bytes H:accecn_fail_mode H:accecn_opt_seen")


def info(s):
    """TCP_INFO by the names of its fields."""
    fields = [f.split(":") for f in _INFO.split()]
    size = struct.calcsize("=" + "".join(k for k, _ in fields))
    values = struct.unpack("=" + "".join(k for k, _ in fields), s.getsockopt(IPPROTO_TCP, TCP_INFO, size).ljust(size, b"\0"))
    out = dict(zip((n for _, n in fields), values))
    return dict(out, state=STATES[out["state"]])


def told_info(s, names, what="   "):
    have = info(s)
    say(what, *(f"{n} {have[n]}" for n in names.split()))


def about(seconds):
    """The time, if not at once, as one that differs by chance neither here nor there."""
    if seconds < 0.025:
        return ""
    return f" +{min(TIMES, key=lambda t: max(t / seconds, seconds / t))}"


def _more(now, then):
    return (now - then + (1 << 31)) % (1 << 32) - (1 << 31)


class Segment:
    """What the stack sent."""

    def __init__(self, packet, at):
        self.packet, self.at, self.tos, self.df, self.ttl = packet, at, packet[1], bool(packet[6] & 0x40), packet[8]
        total, head = struct.unpack("!H", packet[2:4])[0], (packet[0] & 15) * 4
        p = packet[head:total]
        self.to = inet_ntoa(packet[16:20])
        self.sport, self.dport, self.seq, self.ack, _, flags, self.win, _, self.urg = struct.unpack("!HHIIBBHHH", p[:20])
        self.flags = "".join(c for i, c in enumerate(FLAGS) if flags >> i & 1)
        self.options, self.data = p[20:(p[12] >> 4) * 4], p[(p[12] >> 4) * 4:]
        pseudo = packet[12:20] + struct.pack("!HH", 6, len(p))
        self.good = sum16(pseudo + p) == 0 and sum16(packet[:head]) == 0

    def end(self):
        return self.seq + len(self.data) + ("S" in self.flags) + ("F" in self.flags)


class Flow:
    """One connection, as the remote host sees it."""

    def __init__(self, wire, local, remote):
        self.wire, self.local, self.remote, self.iss, self.irs = wire, local, remote, OURS, None
        self.next, self.got, self.win, self.tos = 0, 0, 65535, 0  # the next to send; the stack's data that we acknowledge; what goes with each segment
        self.ts = self.stamp = None  # whether stamps go with each segment; the last of the stack
        self.clock, self.acked, self.heard = 100, 0, []  # our stamps; what the stack acknowledged

    # ---- in

    def take(self, s):
        if self.irs is None or ("S" in s.flags and "A" not in s.flags):
            self.irs = s.seq if "R" not in s.flags else 0
        end = _more(s.end(), self.irs)
        if "R" not in s.flags:
            self.got = max(self.got, end)
            self.acked = _more(s.ack, self.iss) if "A" in s.flags else 0
        for kind, body in parsed(s.options):
            if kind == 8 and len(body) == 8:
                self.stamp = struct.unpack("!I", body[:4])[0]
        self.heard.append(s)

    def text(self, s):
        parts = [s.flags.replace("A", "") + ("." if "A" in s.flags else "")]
        raw = self.irs is None
        seq, size = (s.seq if raw else _more(s.seq, self.irs)), len(s.data)
        if size or set(s.flags) & set("SFR") or seq != self.got:
            parts.append("zero" if "R" in s.flags and s.seq == 0 else f"{seq}:{seq + size}({size})" if size else f"{seq}")
        if "A" in s.flags:
            parts.append(f"ack {_more(s.ack, self.iss)}")
        elif s.ack:
            parts.append(f"odd ack {s.ack}")
        if self.wire.windows or s.win == 0 and "R" not in s.flags:
            parts.append(f"win {s.win}")
        if s.urg:
            parts.append(f"urg {s.urg}")
        if s.options:
            parts.append("<" + ",".join(self.option(k, b) for k, b in parsed(s.options)) + ">")
        ecn = ("", "ect1", "ect0", "ce")[s.tos & 3]
        parts += [p for p in (ecn, s.tos & ~3 and f"tos {s.tos & ~3:#x}", s.ttl != 64 and f"ttl {s.ttl}", not s.df and "no df", not s.good and "bad sum") if p]
        return " ".join(parts)

    def option(self, kind, body):
        if kind == 2 and len(body) == 2:
            return f"mss {struct.unpack('!H', body)[0]}"
        if kind == 3 and len(body) == 1:
            return f"wscale {body[0]}"
        if kind == 8 and len(body) == 8:
            ecr = struct.unpack("!I", body[4:])[0]
            return f"ts {ecr}"
        if kind == 5 and len(body) % 8 == 0:
            edges = [_more(e, self.iss) for e in struct.unpack(f"!{len(body) // 4}I", body)]
            return "sack " + " ".join(f"{a}:{b}" for a, b in zip(edges[::2], edges[1::2]))
        if kind == 34:
            return f"fastopen {len(body)}"
        return {0: "eol", 1: "nop", 4: "sackok"}.get(kind, f"{kind}:{body.hex()}")

    # ---- out

    def _options(self, text):
        out = b""
        for word in filter(None, text.split(",")):
            name, *rest = word.split()
            if name == "mss":
                out += struct.pack("!BBH", 2, 4, int(rest[0]))
            elif name == "wscale":
                out += struct.pack("!BBB", 3, 3, int(rest[0]))
            elif name == "ts":  # ts [VALUE [ECHO]]; ECHO: - for the last that came, or so much less
                self.clock += not rest
                value = int(rest[0]) if rest else self.clock
                echo = (self.stamp or 0) - int(rest[1]) if len(rest) > 1 else self.stamp or 0
                out += struct.pack("!BBII", 8, 10, value & 0xFFFFFFFF, echo & 0xFFFFFFFF)
            elif name == "sack":
                edges = [(int(e) + (self.irs or 0)) & 0xFFFFFFFF for pair in rest for e in pair.split(":")]
                out += struct.pack(f"!BB{len(edges)}I", 5, 2 + 4 * len(edges), *edges)
            elif name == "fastopen":
                cookie = bytes.fromhex(rest[0]) if rest else b""
                out += struct.pack("!BB", 34, 2 + len(cookie)) + cookie
            elif name == "raw":
                out += bytes.fromhex(rest[0])
            else:
                out += {"nop": b"\1", "eol": b"\0", "sackok": b"\4\2"}[name]
        return out + b"\0" * (-len(out) % 4)

    def build(self, flags=".", data=b"", seq=None, ack=None, win=None, options=None, urg=0, offset=None, spoil=0):
        flags = flags.replace(".", "A")
        if isinstance(data, int):
            data = bytes(97 + i % 26 for i in range(data))
        if options is None:
            options = "nop,nop,ts" if self.ts else ""
        elif self.ts and options.startswith("+"):
            options = "nop,nop,ts," + options[1:]
        at = self.next if seq is None else seq
        bits = sum(1 << FLAGS.index(c) for c in flags)
        acked = (self.irs or 0) + (self.got if ack is None else ack) if "A" in flags else 0
        packed = self._options(options.lstrip("+"))
        head = struct.pack("!HHIIBBHHH", self.remote, self.local, (self.iss + at) & 0xFFFFFFFF, acked & 0xFFFFFFFF,
                           (5 + len(packed) // 4 if offset is None else offset) << 4, bits, self.win if win is None else win, 0, urg) + packed + data
        value = sum16(inet_aton(US) + inet_aton(STACK) + struct.pack("!HH", 6, len(head)) + head) ^ spoil
        end = at + len(data) + ("S" in flags) + ("F" in flags)
        return head[:16] + struct.pack("!H", value) + head[18:], end, at

    def send(self, flags=".", data=b"", tos=None, quiet=False, ttl=64, **fields):
        """One segment. Without seq it is the next in order; data: bytes, or how many."""
        segment, end, at = self.build(flags, data, **fields)
        if fields.get("seq") is None and "R" not in flags:
            self.next = end
        self.wire.put_in(ip(US, STACK, segment, proto=6, tos=self.tos if tos is None else tos, ttl=ttl, df=True), quiet)

    def say(self, what, flags=".", data=b"", wait=None, **fields):
        """Sends it, tells what came of it."""
        self.send(flags, data, **fields)
        self.told(what, wait)

    def told(self, what, wait=None, most=None):
        """Tells what the stack sent since, and in `wait` seconds from now, or until `most` segments came."""
        self.wire.collect(wait, most)
        say(what + ":", *([] if self.wire.fresh else ["nothing"]))
        for flow, segment in self.wire.told():
            name = "" if flow is self else f"[{self.wire.name(flow)}] "
            say("   " + about(segment.at - self.wire.acted), name + flow.text(segment))

    def forget(self):
        """What came is of no interest."""
        self.wire.collect()
        self.wire.told()

    def over(self, *sockets):
        """Ends it on both sides, unseen."""
        for s in sockets:
            try:
                s.setsockopt(SOL_SOCKET, SO_LINGER, struct.pack("ii", 1, 0))
            except OSError:
                pass
            s.close()
        self.forget()
        for seq in {self.next, self.acked}:
            self.send("R", seq=seq, options="")
        self.forget()


def parsed(b):
    out = []
    while b:
        if b[0] < 2:
            out.append((b[0], b""))
            b = b[1:]
            continue
        n = max(b[1], 2) if len(b) > 1 else len(b)
        out.append((b[0], b[2:n]))
        b = b[n:]
    return out


class Wire:
    """The device tun0, 192.0.2.1/24, and all that passes it. `windows`: traces tell them; else only those that are 0, as what a
    receive buffer is worth depends on how the kernel lays out packets of each device."""

    def __init__(self, mtu=1500, windows=False, **sysctls):
        self.windows = windows
        self.fd = os.open("/dev/net/tun", os.O_RDWR)
        fcntl.ioctl(self.fd, 0x400454CA, struct.pack("16sH22x", b"tun0", 0x1001))
        sh(f"ip link set lo up; ip addr add {STACK}/24 dev tun0; ip link set tun0 mtu {mtu} up")
        # What depends on the size of the machine, and on how its kernel was built; cubic need not be allowed to all. Probes of the
        # tail come too soon where there is no delay: who wants them turns them on.
        for name, value in (dict(tcp_early_retrans=0, tcp_rmem="4096 131072 6291456", tcp_wmem="4096 16384 4194304", tcp_congestion_control="reno") | sysctls).items():
            put(name, value)
        self.flows, self.fresh, self.other, self.acted, self.pings, self.next_port = {}, [], [], time.monotonic(), 0, 5001

    def name(self, flow):
        return f"{flow.remote if flow.remote < 32768 else '*'}"

    def put_in(self, packet, quiet=False):
        if not quiet:
            self.acted = time.monotonic()
        os.write(self.fd, packet)

    def act(self, f, *args):
        """What a program does; later times count from here."""
        self.acted = time.monotonic()
        return f(*args)

    def _read(self, wait):
        if not select.select([self.fd], [], [], max(wait, 0))[0]:
            return False
        packet, at = os.read(self.fd, 70000), time.monotonic()
        if packet[0] >> 4 != 4:
            return True
        if packet[9] == 1:
            head = (packet[0] & 15) * 4
            if packet[head] == 0 and packet[head + 4:head + 6] == b"\xab\xcd":
                self.pings = struct.unpack("!H", packet[head + 6:head + 8])[0]
                return True
        if packet[9] != 6:
            self.other.append(packet)
            return True
        s = Segment(packet, at)
        flow = self.flows.get((s.dport, s.sport))
        if flow is None:
            flow = self.flows.get((s.dport, None))
            if flow is None:
                flow = Flow(self, s.sport, s.dport)
            self.flows.pop((s.dport, None), None)
            flow.local = s.sport
            self.flows[s.dport, s.sport] = flow
        flow.take(s)
        self.fresh.append((flow, s))
        return True

    def settle(self):
        """Until what was done before has had its effect: the stack answers in order."""
        for number in (self.pings + 1, self.pings + 2):
            os.write(self.fd, ip(US, STACK, icmp(8, 0, struct.pack("!HH", 0xABCD, number & 0xFFFF), b""), proto=1))
            end = time.monotonic() + 3
            while self.pings != number & 0xFFFF and time.monotonic() < end:
                self._read(end - time.monotonic())

    def collect(self, wait=None, most=None):
        end = time.monotonic() + (0.012 if wait is None else wait)
        self.settle()
        while most is None or len(self.fresh) < most:
            left = end - time.monotonic()
            if not self._read(left) and left <= 0:
                break

    def told(self):
        fresh, self.fresh = self.fresh, []
        return fresh

    def icmp(self, flow, kind, code, extra=0, seq=None, size=8):
        """An ICMP error about a segment that the stack sent from `seq` on."""
        quoted = struct.pack("!HHI", flow.local, flow.remote, (flow.irs + (flow.got if seq is None else seq)) & 0xFFFFFFFF) + b"\x50\x10" + b"\0" * 10
        self.put_in(ip(US, STACK, icmp(kind, code, struct.pack("!I", extra), ip(STACK, US, quoted, proto=6, length=1500)), proto=1))

    # ---- connections

    def flow(self, local=None, remote=None):
        """A connection to the port `local` of the stack; None: from whatever port connects to ours."""
        remote = remote or self.next_port
        self.next_port = max(self.next_port, remote) + 1
        self.flows[remote, local] = flow = Flow(self, local, remote)
        return flow

    def listener(self, port=8080, backlog=8, **options):
        l = tcp()
        for name, value in options.items():
            set_by_name(l, name, value)
        l.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
        l.bind((STACK, port))
        l.listen(backlog)
        return l

    def accepted(self, listener, options=FULL, rtt=0, win=None):
        """A connection from us to the listener that stands: the socket and the flow."""
        f = self.flow(listener.getsockname()[1])
        if win is not None:
            f.win = win
        f.send("S", options=options)
        self.collect(rtt)
        f.ts = "ts" in options
        f.send(".")
        while True:
            s, (_, port) = listener.accept()
            if port == f.remote:
                break
            s.close()  # what a scenario left there
        f.forget()
        return s, f

    def connecting(self, port=80, **options):
        """A socket in SYN-SENT, and its flow."""
        f, s = self.flow(None, self.next_port + 1000), tcp(False)
        for name, value in options.items():
            set_by_name(s, name, value)
        self.acted = time.monotonic()
        s.connect_ex((US, f.remote))
        return s, f

    def sending(self, listener, options=FULL, rtt=0.12, size=60000):
        """An accepted connection that has begun to send: the socket, the flow and its segment size."""
        s, f = self.accepted(listener, options, rtt)
        s.setblocking(False)
        self.act(s.send, bytes(size))
        f.told("sent", 0.12)
        return s, f, info(s)["snd_mss"]

    def connected(self, options=FULL, rtt=0, win=None, **on):
        """A connection from the stack to us that stands."""
        s, f = self.connecting(**on)
        self.collect(rtt)
        if win is not None:
            f.win = win
        f.send("S.", options=options)
        f.ts = "ts" in options
        f.forget()
        return s, f


def set_by_name(s, name, value):
    s.setsockopt(IPPROTO_TCP if name.startswith("TCP_") else IPPROTO_IP if name.startswith("IP_") else SOL_SOCKET, globals()[name], value)
