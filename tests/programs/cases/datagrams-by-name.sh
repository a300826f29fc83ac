# Datagrams sent by name, to the same again and again and to others: each arrives once, whole, in order, where it should;
# and errors are told when the ways change.
. "$CHECK"
ok ip link set lo up
silent_net
python3 - <<'P' || fail "python"
import errno, os, socket, subprocess, threading


def sink():
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
    s.bind(("127.0.0.1", 0))
    s.settimeout(5)
    return s


def told(s, to, data=b"x"):
    try:
        s.sendto(data, to)
        return 0
    except OSError as e:
        return e.errno


def command(text):
    subprocess.run(text.split(), check=True)


a, b = sink(), sink()
at, bt = a.getsockname(), b.getsockname()
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)

# Sizes, the longest first and last.
for n in [65507, 0, 1, 2, 47, 48, 49, 1000, 0, 65507, 5]:
    for _ in range(3):
        data = os.urandom(n)
        assert s.sendto(data, at) == n
        got, source = a.recvfrom(70000)
        assert got == data and source[1] == s.getsockname()[1], (n, len(got), source)
assert (e := told(s, at, bytes(65508))) == errno.EMSGSIZE, e

# In order, with calls and native writes mixed, and not to the other.
for i in range(300):
    s.sendto(b"a%d" % i, at)
    if i % 7 == 0:
        s.sendto(b"b%d" % i, bt)
    if i % 5 == 0:
        s.sendmsg([b"m", b"%d" % i], [], 0, at)
for i in range(300):
    assert a.recv(100) == b"a%d" % i
    if i % 5 == 0:
        assert a.recv(100) == b"m%d" % i
    if i % 7 == 0:
        assert b.recv(100) == b"b%d" % i

# Another thread sends elsewhere by the same socket.
def others():
    for i in range(400):
        s.sendto(b"t%d" % i, bt)
t = threading.Thread(target=others)
t.start()
for i in range(400):
    s.sendto(b"u%d" % i, at)
    assert a.recv(100) == b"u%d" % i
t.join()
for i in range(400):
    assert b.recv(100) == b"t%d" % i

# After connect(2) a name still counts, and without one it goes to the peer.
s.connect(bt)
for i in range(5):
    s.sendto(b"n", at)
    assert a.recv(10) == b"n"
    s.send(b"c")
    assert b.recv(10) == b"c"
s.close()

# Ways that change.
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
far = ("10.9.9.1", 9)
assert [told(s, far) for _ in range(5)] == [0] * 5
command("ip link set d0 down")
assert [told(s, far) for _ in range(3)] == [errno.ENETUNREACH] * 3
command("ip link set d0 up")
command("ip neigh replace 10.9.9.1 lladdr 02:00:00:00:00:01 dev d0")
assert [told(s, far) for _ in range(5)] == [0] * 5
s.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, b"lo")
command("ip route add prohibit 10.9.9.1/32")
s.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, b"")
assert (e := told(s, far)) == errno.EACCES, e
command("ip route del prohibit 10.9.9.1/32")
assert [told(s, far) for _ in range(5)] == [0] * 5
assert (e := told(s, ("10.9.9.255", 9))) == errno.EACCES, e
assert told(s, far) == 0
command("ip addr del 10.9.9.9/24 dev d0")
assert (e := told(s, far)) == errno.ENETUNREACH, e
P
pass
