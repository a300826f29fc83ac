# What becomes of ids and of two capabilities, CAP_NET_ADMIN (1000) and CAP_NET_RAW (2000), when a program execs.
. "$CHECK"
cat > caps.py <<'P'
import ctypes, os, struct, sys
libc = ctypes.CDLL(None, use_errno=True)
HEADER = struct.pack("Ii", 0x20080522, 0)
def capget():
    data = ctypes.create_string_buffer(24)
    assert libc.capget(HEADER, data) == 0
    return list(struct.unpack("6I", data.raw))
def capset(words): libc.capset(HEADER, struct.pack("6I", *words))
def show(when):
    e, p, i = capget()[:3]
    ambient = libc.prctl(47, 1, 12, 0, 0)
    print(f"{when} {os.getresuid()} {e & 0x3000:x} {p & 0x3000:x} {i:x} {ambient}", flush=True)
def inherit(): w = capget(); w[2] |= 1 << 12; capset(w)
def effective(): w = capget(); w[0], w[3] = w[1], w[4]; capset(w)
STEPS = {
    "ambient": lambda: (inherit(), libc.prctl(47, 2, 12, 0, 0)),
    "keep": lambda: libc.prctl(8, 1, 0, 0, 0),
    "user": lambda: os.setresuid(33, 33, 33),
    "euid": lambda: os.setresuid(0, 33, 33),
    "ruid": lambda: os.setresuid(33, 0, 33),
    "saved": lambda: os.setresuid(33, 33, 0),
    "effective": effective,
    "drop": lambda: capset([0] * 6),
    "bound": lambda: libc.prctl(24, 13, 0, 0, 0),
    "fork": lambda: os.fork() and (os.wait(), os._exit(0)),
}
if len(sys.argv) == 1:
    show("after")
    sys.exit()
for step in sys.argv[1:]:
    STEPS[step]()
show("before")
try: os.execv("/nonexistent", ["x"])
except OSError: show("failed")
os.execv(sys.executable, [sys.executable, "caps.py"])
P
# The bounding set: what is dropped stays so for this thread and what it makes, and for nobody else.
cat > bound.py <<'P'
import ctypes, os, struct, sys, threading
libc = ctypes.CDLL(None, use_errno=True)
READ, DROP = 23, 24
def read(*caps): return [libc.prctl(READ, c, 0, 0, 0) for c in caps]
if len(sys.argv) > 1: sys.exit(read(*range(41)) != eval(sys.argv[1]))
first = read(*range(41))
assert libc.prctl(READ, 64, 0, 0, 0) == -1 and ctypes.get_errno() == 22
assert libc.prctl(DROP, 64, 0, 0, 0) == -1 and ctypes.get_errno() == 22
for c in 40, 13, 0:
    assert libc.prctl(DROP, c, 0, 0, 0) == 0
want = [w and int(c not in (40, 13, 0)) for c, w in enumerate(first)]
assert read(*range(41)) == want, read(*range(41))
header, own = ctypes.create_string_buffer(struct.pack("Ii", 0x20080522, 0)), ctypes.create_string_buffer(24)
def capset_effective(change):
    assert libc.capget(header, own) == 0
    words = list(struct.unpack("6I", own.raw)); words[0] = change(words[0])
    assert libc.capset(header, struct.pack("6I", *words)) == 0
capset_effective(lambda e: e & ~(1 << 8))  # CAP_SETPCAP
assert libc.prctl(DROP, 5, 0, 0, 0) == -1 and ctypes.get_errno() == 1 and read(*range(41)) == want
capset_effective(lambda e: e | 1 << 8)
seen = []
t = threading.Thread(target=lambda: seen.append(read(*range(41))))
t.start(); t.join()
assert seen == [want]
pid = os.fork()
if pid == 0: os.execv(sys.executable, [sys.executable, "bound.py", repr(want)])
assert os.waitpid(pid, 0)[1] == 0
P
ok python3 bound.py
python3 -c 'import ctypes; assert ctypes.CDLL(None).prctl(23, 13, 0, 0, 0) == 1' || fail "somebody else's drop"
# Many threads drop while signals come.
python3 - <<'P' || fail "drops among signals"
import ctypes, signal, threading
libc = ctypes.CDLL(None, use_errno=True)
signal.signal(signal.SIGALRM, lambda *_: None)
signal.siginterrupt(signal.SIGALRM, False)
signal.setitimer(signal.ITIMER_REAL, 0.0005, 0.0005)
bad = []
def drop():
    for c in range(41):
        if c == 8: continue
        made, left = libc.prctl(24, c, 0, 0, 0), libc.prctl(23, c, 0, 0, 0)
        if made or left: bad.append((c, made, left, ctypes.get_errno()))
threads = [threading.Thread(target=drop) for _ in range(3)]
for t in threads: t.start()
drop()
for t in threads: t.join()
signal.setitimer(signal.ITIMER_REAL, 0)
assert not bad, bad
P
# steps WANTED STEP…: `after` an exec, and the same before it and after one that failed.
steps() {
  want=$1
  shift
  python3 caps.py "$@" > caps.out || fail "$*"
  [ "$(sed -n 's/^before //p' caps.out)" = "$(sed -n 's/^failed //p' caps.out)" ] || { cat caps.out; fail "a failed exec: $*"; }
  [ "$(sed -n 's/^after //p' caps.out)" = "$want" ] || { cat caps.out; fail "not '$want': $*"; }
}
steps '(0, 0, 0) 3000 3000 0 0' keep
steps '(0, 0, 0) 3000 3000 1000 1' ambient
steps '(33, 33, 33) 0 0 0 0' user
steps '(33, 33, 33) 0 0 0 0' keep user effective
steps '(33, 33, 33) 0 0 1000 0' ambient keep user effective
steps '(33, 33, 33) 1000 1000 1000 1' keep user effective ambient
steps '(33, 33, 33) 1000 1000 1000 1' ambient saved
steps '(33, 33, 33) 0 0 0 0' saved
steps '(0, 33, 33) 0 3000 0 0' euid
steps '(33, 0, 0) 3000 3000 0 0' ruid
steps '(0, 0, 0) 3000 3000 0 0' drop
steps '(0, 0, 0) 1000 1000 0 0' bound
steps '(0, 0, 0) 1000 1000 0 0' bound drop
steps '(33, 33, 33) 0 0 0 0' keep user effective fork
steps '(33, 33, 33) 0 0 0 0' fork keep user effective fork fork
steps '(33, 33, 33) 1000 1000 1000 1' keep user effective ambient fork
steps '(0, 0, 0) 3000 3000 0 0' drop fork
has EACCES setpriv --reuid=33 python3 -c '
try: open("/proc/sys/net/ipv4/ip_forward", "w")
except PermissionError: print("EACCES")'
# A shell in between, which asks for nothing.
same 'after (33, 33, 33) 0 0 0 0' setpriv --reuid=33 sh -c 'true; python3 caps.py; true'
pass
