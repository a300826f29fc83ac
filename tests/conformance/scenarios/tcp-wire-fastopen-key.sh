# needs: tun
# The keys of Fast Open: net.ipv4.tcp_fastopen_key and TCP_FASTOPEN_KEY, their forms, whose cookies are granted and taken.
. "${0%/*}/../lib.sh"
py <<'P'
from tcpwire import *
PATH, KEY = "/proc/sys/net/ipv4/tcp_fastopen_key", 33
w = Wire(tcp_fastopen=3); l = w.listener(); l.setsockopt(IPPROTO_TCP, TCP_FASTOPEN, 5); l.setblocking(False)
def read(): return open(PATH).read().strip()
def write(text):
    try:
        f = os.open(PATH, os.O_WRONLY); os.write(f, text.encode()); os.close(f)
    except OSError: os.close(f)
    say(repr(text), "->", read())
say("# forms of the setting"); say(len(read()), read().count("-"), oct(os.stat(PATH).st_mode))
for t in ("01020304-05060708-090a0b0c-0d0e0f10", "1-2-3-4", "1-2-3-4\n", "a-b-c-d,1-2-3-4", "a-b-c-d, 1-2-3-4", " a-b-c-d", "1-2-3-4 ", "a-b-c", "a-b-c-d-e", "A-B-C-DDDDDDDD",
          "100000000-1-1-1", "0x1-2-3-4", "5-6-7-8,", "5-6-7-8,1-2-3", ",a-b-c-d", "", "x", "5-6-7-8,1-2-3-4,9-a-b-c", "a-b-c-dx", "1-2-3-4 x", "a--c-d", "-1-2-3-4", "5-6 -7-8", "5- 6-7-8", "0-0-0-0", "1-2-3-4,0-0-0-0"): write(t)
say("# the option")
def get(s, n=64): 
    try: return s.getsockopt(IPPROTO_TCP, KEY, n).hex()
    except OSError as e: return name_of(e)
s = tcp(); say(get(s))
for v in (b"", bytes(4), bytes(range(16)), bytes(range(32)), bytes(24), bytes(33), bytes(16)): attempt(len(v), s.setsockopt, IPPROTO_TCP, KEY, v); say(get(s), get(s, 16), get(s, 31), get(s, 4))
say("# cookies"); write("03020100-07060504-0b0a0908-0f0e0d0c"); have = {}
def ask(name):
    f = w.flow(8080); f.say(name, "S", 0, options=f"{FULL},nop,nop,fastopen"); have[name] = next(b.hex() for k, b in parsed(f.heard[0].options) if k == 34); say("cookie", have[name]); f.say("ACK", "."); f.next = 1; f.ts = True
    try: l.accept()
    except OSError: pass
    f.over()
def bring(name):
    f = w.flow(8080); f.say(f"brings that of {name}", "S", 10, options=f"{FULL},nop,nop,fastopen {have[name]}"); f.ts = True
    try: s, _ = l.accept(); say("taken", s.recv(20)); f.say("ACK", "."); f.over(s)
    except OSError as e: say("not taken", name_of(e)); f.next = 1; f.over()
ask("first"); bring("first")
write("1-2-3-4,03020100-07060504-0b0a0908-0f0e0d0c"); bring("first"); ask("second"); bring("second")
write("1-2-3-4"); bring("first"); bring("second")
l.setsockopt(IPPROTO_TCP, KEY, bytes(range(16))); say(get(l), read()); bring("first"); bring("second"); ask("own")
l.setsockopt(IPPROTO_TCP, KEY, bytes(range(32, 48)) + bytes(range(16))); bring("first"); ask("third"); bring("third")
d = tcp(); d.setsockopt(IPPROTO_TCP, KEY, bytes(16)); say(get(d), get(l))
say({k: v for k, v in counters("/proc/net/netstat", "TcpExt").items() if "FastOpen" in k and v})
say("# it is a secret"); child = os.fork()
if not child: os.setgroups([]); os.setresgid(65534, 65534, 65534); os.setresuid(65534, 65534, 65534); attempt("another user", os.open, PATH, os.O_RDONLY); os._exit(0)
os.waitpid(child, 0)
P
