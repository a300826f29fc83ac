# IP_RECVERR on TCP: each ICMP error for a connection being made and for one that stands, what is queued of it and what is pending.
. "${0%/*}/../lib.sh"
ns a
ip -n a link set lo up
py a <<'P'
from sockets import *
from wire import Tap, icmp, ip, put, say, sum16
IP_RECVERR, IP_PKTINFO, IP_RECVTTL, IP_RECVTOS, IP_RECVERR_RFC4884 = 11, 8, 12, 13, 26
tap = Tap("t0", "192.0.2.1/24"); tap.know("192.0.2.2"); tap.know("192.0.2.9")
ERRORS = [(3, c) for c in (0, 1, 2, 3, 5, 6, 9, 10, 13, 15, 16)] + [(4, 0), (11, 0), (11, 1), (12, 0), (12, 1)]
def last(c, quiet=0.03): return [f for f in tap.frames(quiet) if f[34:36] == struct.pack("!H", c.getsockname()[1])][-1][14:]
def segment(seen, flags, seq, ack, body=b""):
    sport, dport = struct.unpack("!HH", seen[20:24])
    head = struct.pack("!HHIIBBHHH", dport, sport, seq, ack, 0x50, flags, 65535, 0, 0) + body
    value = sum16(inet_aton("192.0.2.2") + inet_aton("192.0.2.1") + struct.pack("!HH", 6, len(head)) + head)
    return ip("192.0.2.2", "192.0.2.1", head[:16] + struct.pack("!H", value) + head[18:], proto=6)
def connecting(*on):
    tap.drain(); c = tcp(False)
    for name in on: c.setsockopt(IPPROTO_IP, name, 1)
    c.connect_ex(("192.0.2.2", 80)); return c, last(c)
def standing(*on):
    c, syn = connecting(*on); seq = struct.unpack("!I", syn[24:28])[0]
    tap.send(segment(syn, 0x12, 1000, (seq + 1) & 0xffffffff)); tap.drain(); select.select([], [c], [], 1); c.send(b"some data"); return c, last(c)
def error(packet, kind, code, rest=b"\0\0\0\0", body=None, source="192.0.2.9"): tap.send(ip(source, "192.0.2.1", icmp(kind, code, rest, packet if body is None else body), proto=1, ttl=33, tos=8)); pause(0.02)
def queued(c, size=200, room=500, flags=0):
    try: data, control, got, name = c.recvmsg(size, room, MSG_ERRQUEUE | flags)
    except OSError as e: return name_of(e)
    out = [len(data), "flags", hex(got), "from", shown(name)]
    for level, kind, d in control:
        if (level, kind) == (0, 11): out += ["error", struct.unpack("IBBBBII", d[:16]), struct.unpack("=H", d[16:18])[0], struct.unpack("!H", d[18:20])[0], inet_ntoa(d[20:24]), len(d)]
        else: out += [level, kind, d.hex()]
    return out
def told(what, c):
    say(what, state(c), errno.errorcode.get(c.getsockopt(SOL_SOCKET, SO_ERROR), 0), "|", queued(c), "|", queued(c))
for kind, code in ERRORS:
    for on in ((), (IP_RECVERR,)):
        c, syn = connecting(*on); error(syn, kind, code); told(f"connecting {kind}/{code} {len(on)}", c)
        c, seg = standing(*on); error(seg, kind, code); told(f"standing {kind}/{code} {len(on)}", c)
        if on: attempt("  it goes on", c.send, b"x")
        c.setsockopt(SOL_SOCKET, SO_LINGER, struct.pack("ii", 1, 0)); c.close()
say("# what an error says")
c, syn = connecting(IP_RECVERR, IP_PKTINFO, IP_RECVTTL, IP_RECVTOS); error(syn, 3, 1, b"\0\0\5\xdc"); say(queued(c))
c, syn = connecting(IP_RECVERR); error(syn[:28], 3, 1); say("quoting 28", queued(c))
c, syn = connecting(IP_RECVERR); error(syn, 3, 1); error(syn, 11, 0); say("two", queued(c), queued(c), queued(c)); attempt("SO_ERROR", c.getsockopt, SOL_SOCKET, SO_ERROR)
c, syn = connecting(IP_RECVERR); error(syn, 3, 1); say("short", queued(c, 4), queued(c))
c, syn = connecting(IP_RECVERR); error(syn, 3, 1); say("no control", queued(c, 200, 0), queued(c))
c, syn = connecting(IP_RECVERR); error(syn, 3, 1); say("peek", queued(c, 4, 500, MSG_PEEK), queued(c)); attempt("recv", c.recv, 9)
c, syn = connecting(IP_RECVERR); error(syn, 3, 1); c.setsockopt(IPPROTO_IP, IP_RECVERR, 0); say("turned off", queued(c))
c, syn = connecting(IP_RECVERR); error(syn, 3, 1); say("before the handshake", state(c)); tap.send(segment(syn, 0x12, 1000, (struct.unpack("!I", syn[24:28])[0] + 1) & 0xffffffff)); tap.drain(); say(state(c), queued(c)); attempt("SO_ERROR", c.getsockopt, SOL_SOCKET, SO_ERROR)
c, seg = standing(IP_RECVERR); error(seg, 3, 1); say("recvmmsg-like waits not", queued(c, flags=MSG_WAITALL)); attempt("recv", c.recv, 10); attempt("recv", c.recv, 10); attempt("SO_ERROR", c.getsockopt, SOL_SOCKET, SO_ERROR)
c, seg = standing(IP_RECVERR); error(seg, 3, 1); attempt("send tells it", c.send, b"y"); attempt("then", c.send, b"y")
c, seg = standing(); bad = seg[:24] + struct.pack("!I", (struct.unpack("!I", seg[24:28])[0] - 100000) & 0xffffffff) + seg[28:]; error(bad, 3, 1); told("out of window", c)
c, seg = standing(IP_RECVERR); error(bad, 3, 1); told("out of window, asked", c)
c, syn = connecting(IP_RECVERR); bad = syn[:24] + struct.pack("!I", (struct.unpack("!I", syn[24:28])[0] + 77) & 0xffffffff) + syn[28:]; error(bad, 3, 1); told("connecting, another number", c)
c, seg = standing(IP_RECVERR); error(seg, 3, 4, struct.pack("!I", 800)); told("too big", c)
s = listener("192.0.2.1", 7000); s.setsockopt(IPPROTO_IP, IP_RECVERR, 1); say("listener", queued(s)); say("fresh", queued(tcp()))
say("# other than TCP")
for kind, code in ((4, 0), (11, 0), (11, 1), (12, 0), (3, 16)):
    u = socket(AF_INET, SOCK_DGRAM); u.setblocking(False); u.setsockopt(IPPROTO_IP, IP_RECVERR, 1); u.connect(("192.0.2.2", 9)); u.send(b"u"); error(last(u), kind, code); say(f"UDP {kind}/{code}", errno.errorcode.get(u.getsockopt(SOL_SOCKET, SO_ERROR), 0), queued(u), queued(u))
for kind, code in ((4, 0), (11, 0), (11, 1)):
    u = socket(AF_INET, SOCK_RAW, 253); u.setblocking(False); u.setsockopt(IPPROTO_IP, IP_RECVERR, 1); u.connect(("192.0.2.2", 0)); u.send(b"raw data"); seen = [f for f in tap.frames(0.03) if f[23] == 253][-1][14:]; error(seen, kind, code); say(f"raw {kind}/{code}", errno.errorcode.get(u.getsockopt(SOL_SOCKET, SO_ERROR), 0), queued(u), queued(u)); u.close()
P
