"""Random lives of one connection: how it opens, then segments of the peer and calls of the program, legal and not.

A step is a list: what is done, and its arguments. Sequence and ack numbers are given from where the connection stands: seq +5
leaves a hole of five bytes, ack -1 leaves the last byte of the stack's data unacknowledged.
"""
import random

OPTIONS = ["mss 1460,sackok,ts,nop,wscale 7", "mss 1460,sackok,ts,nop,wscale 7", "mss 1460", "mss 1460,sackok,nop,nop", "mss 536,ts,nop,nop", "mss 1460,nop,wscale 3", ""]
SYSCTLS = [{}, {}, {}, {"tcp_invalid_ratelimit": 0}, {"tcp_ecn": 1}, {"tcp_dsack": 0}, {"tcp_timestamps": 0}, {"tcp_sack": 0}, {"tcp_rfc1337": 1},
           {"tcp_window_scaling": 0}, {"tcp_abort_on_overflow": 1}, {"tcp_recovery": 0}, {"tcp_ecn": 0}]


class Generator:
    def __init__(self, seed):
        self.r = random.Random(seed)

    def world(self, length):
        r = self.r
        opens = r.choice(["accepted", "accepted", "connected", "connected", "half-open", "connecting", "time-wait"])
        return dict(opens=opens, options=r.choice(OPTIONS), sysctls=r.choice(SYSCTLS), window=r.choice([65535, 65535, 65535, 2000, 0]),
                    rtt=r.choice([0, 0.03]), on=r.choice([{}, {}, {"TCP_NODELAY": 1}, {"TCP_MAXSEG": 600}, {"SO_KEEPALIVE": 1}, {"SO_OOBINLINE": 1}]),
                    steps=[self.step() for _ in range(length)])

    def step(self):
        r = self.r
        what = r.choices(["segment", "odd", "send", "call", "icmp"], [45, 22, 18, 11, 4])[0]
        return getattr(self, "_" + what)()

    def _segment(self):
        """One that a sane peer may send: data in order or not, acks, FIN; of duplicates and delays too."""
        r = self.r
        size = r.choice([0, 0, 0, 1, 10, 100, 536, 1000, 1448])
        seq = r.choices([0, r.choice([1, 50, 100, 1000]), -r.choice([1, 10, 100])], [8, 3, 2])[0]
        flags = r.choices([".", "P.", "F.", "FP."], [10, 5, 2, 1])[0]
        step = dict(flags=flags, data=size, seq=seq, ack=r.choices([0, -1, -10, -1448, -100000], [8, 1, 1, 2, 1])[0])
        if r.random() < 0.2:
            step["win"] = r.choice([0, 1, 100, 1000, 5000, 65535])
        if r.random() < 0.12:
            step["sack"] = r.choice([[-1448, 0], [-10, -5], [-2896, -1448], [-100, 0]])
        if r.random() < 0.1:
            step["tos"] = r.choice([1, 2, 3, 3])
        return ["segment", step]

    def _odd(self):
        r = self.r
        step = dict(flags=r.choice(["R", "R.", "S", "S.", ".", "P", "", "F", "SF", "SR", "U.", "PU.", "E.", "C.", "EC.", "SEC"]),
                    seq=r.choice([0, 0, 0, 1, -1, 5, -20, 60000, 70000, -70000, 1 << 30]), ack=r.choice([0, 0, 0, -1, 1, 100, -70000, 1 << 30]),
                    data=r.choice([0, 0, 0, 5, 100]))
        if r.random() < 0.25:
            step["options"] = r.choice(["", "nop,nop,ts 1 0", "mss 1000", "nop,nop,ts 100000 0", "raw 0505", "sackok,nop,nop", "raw 01010500", "eol"])
        if "U" in step["flags"]:
            step["urg"] = r.choice([0, 1, 5, 50])
        if r.random() < 0.05:
            step["spoil"] = 1
        return ["segment", step]

    def _send(self):
        r = self.r
        return ["send", r.choice([1, 10, 100, 1000, 1448, 1460, 3000, 6000]), r.choice(["", "", "", "MSG_OOB", "MSG_MORE"])]

    def _call(self):
        r = self.r
        return r.choice([["shutdown", 1], ["shutdown", 1], ["shutdown", 0], ["close"], ["close"], ["linger"], ["set", "TCP_NODELAY", 1], ["set", "TCP_CORK", 1],
                         ["set", "TCP_CORK", 0], ["set", "TCP_QUICKACK", 1], ["wait", 0.25], ["wait", 0.08]])

    def _icmp(self):
        r = self.r
        return ["icmp", *r.choice([(3, 1, 0), (3, 3, 0), (3, 4, 1000), (3, 4, 600), (11, 0, 0), (3, 13, 0)]), r.choice([0, -1, -1000, 5])]
