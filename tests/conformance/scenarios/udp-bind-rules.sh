# UDP names: bind, connect, disconnect (AF_UNSPEC), rebind, ports that the system chooses, and who loses them.
. "${0%/*}/../lib.sh"
joined_pair
py a <<'P'
from sockets import *
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
def udp(): s = socket(AF_INET, SOCK_DGRAM); s.settimeout(2); return s
def raw_call(f, s, family, port=0, address="0.0.0.0", size=16):
    b = struct.pack("=H", family) + struct.pack("!H", port) + inet_aton(address) + bytes(8)
    if f(s.fileno(), b, size): raise OSError(ctypes.get_errno(), "")
def disconnect(s): raw_call(libc.connect, s, 0)
def set_range(s, low, high): s.setsockopt(IPPROTO_IP, IP_LOCAL_PORT_RANGE, struct.pack("I", high << 16 | low))
def names(what, s):
    attempt(what + " local", s.getsockname); attempt(what + " peer", s.getpeername)

say("# connect and disconnect")
s = udp(); s.connect((HERE, 5000)); names("connected", s)
disconnect(s); names("disconnected", s)
attempt("again", disconnect, s)
s.connect(("192.0.2.2", 5000)); names("connected elsewhere", s)
s.connect((HERE, 5001)); names("and here", s)
disconnect(s); s.connect((HERE, 5001)); names("after disconnect", s)
s = udp(); s.bind(("192.0.2.1", 0)); s.connect(("192.0.2.2", 1)); disconnect(s); names("address bound", s)
s = udp(); s.bind(("0.0.0.0", 7000)); s.connect(("192.0.2.2", 1)); names("port bound, connected", s); disconnect(s); names("port bound", s)
s = udp(); s.bind(("192.0.2.1", 7001)); s.connect(("192.0.2.2", 1)); disconnect(s); names("both bound", s)
attempt("bind a second time", s.bind, ("192.0.2.1", 7001))
s = udp(); s.connect((HERE, 5000)); attempt("bind when connected", s.bind, (HERE, 7002)); names("still", s)
disconnect(s); attempt("bind after disconnect", s.bind, (HERE, 7002)); names("bound", s)
s = udp(); s.bind(("127.0.0.1", 0)); attempt("from loopback to the wire", s.connect, ("192.0.2.2", 1))
s = udp(); attempt("connect to 0.0.0.0", s.connect, ("0.0.0.0", 9)); names("to zero", s)
s = udp(); s.bind(("192.0.2.1", 0)); attempt("bound, to 0.0.0.0", s.connect, ("0.0.0.0", 9)); names("bound, to zero", s)
s = udp(); attempt("connect to port 0", s.connect, (HERE, 0)); names("port 0", s); attempt("send to port 0", s.send, b"x")
s = udp(); attempt("connect to broadcast", s.connect, ("192.0.2.255", 9)); s.setsockopt(SOL_SOCKET, SO_BROADCAST, 1); attempt("allowed", s.connect, ("192.0.2.255", 9)); names("broadcast", s)
s = udp(); attempt("connect to all ones", s.connect, ("255.255.255.255", 9))
s = udp(); attempt("bind to broadcast", s.bind, ("192.0.2.255", 7003)); names("bound to broadcast", s); s.connect(("192.0.2.2", 1)); names("connected", s)
s = udp(); attempt("bind to group", s.bind, ("224.1.2.3", 7004)); names("bound to group", s)
s.connect(("192.0.2.2", 1)); names("group connected", s)
s = udp(); attempt("bind to 127.9.9.9", s.bind, ("127.9.9.9", 0))
s = udp(); attempt("bind to 0.0.0.1", s.bind, ("0.0.0.1", 0))
s = udp(); attempt("bind to 255.255.255.255", s.bind, ("255.255.255.255", 7005)); names("ones", s)
say("# families and lengths")
s = udp(); attempt("bind AF_UNSPEC any", raw_call, libc.bind, s, 0, 7006); names("unspec", s)
s = udp(); attempt("bind AF_UNSPEC address", raw_call, libc.bind, s, 0, 7007, HERE)
s = udp(); attempt("bind AF_INET6", raw_call, libc.bind, s, 10, 7007, HERE)
s = udp(); attempt("bind short", raw_call, libc.bind, s, 2, 7007, HERE, 15)
s = udp(); attempt("connect AF_INET6", raw_call, libc.connect, s, 10, 7007, HERE); names("port taken all the same", s)
s = udp(); attempt("connect short", raw_call, libc.connect, s, 2, 7007, HERE, 15)
s = udp(); attempt("connect 1 byte", raw_call, libc.connect, s, 2, 7007, HERE, 1)
s = udp(); attempt("connect 2 bytes of unspec", raw_call, libc.connect, s, 0, 0, HERE, 2)
say("# filtering by peer")
r, p, q = udp(), udp(), udp()
r.bind((HERE, 7010)); p.bind((HERE, 7011)); q.bind((HERE, 7012)); r.connect((HERE, 7011))
q.sendto(b"stranger", (HERE, 7010)); p.sendto(b"friend", (HERE, 7010)); say(r.recv(10))
r.setblocking(False); attempt("nothing else", r.recv, 10)
disconnect(r); q.sendto(b"now", (HERE, 7010)); pause(); say(r.recv(10))
p.connect((HERE, 7010)); p.sendto(b"past the peer", (HERE, 7012)); say(q.recvfrom(20))
say("# ports")
with open("/proc/sys/net/ipv4/ip_local_port_range", "w") as f: f.write("30000 30003")
held = []
for _ in range(4): s = udp(); s.bind((HERE, 0)); held.append(s)
say(sorted(s.getsockname()[1] for s in held))
attempt("none left", udp().bind, (HERE, 0)); attempt("none left for send", udp().sendto, b"x", (HERE, 9)); attempt("none left for connect", udp().connect, (HERE, 9))
s = udp(); attempt("other address", s.bind, ("127.0.0.2", 0)); say(30000 <= s.getsockname()[1] <= 30003)
s = udp(); s.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1); attempt("reuse", s.bind, (HERE, 0))
held.pop().close(); s = udp(); attempt("one freed", s.bind, (HERE, 0))
for s in held: s.close()
with open("/proc/sys/net/ipv4/ip_local_port_range", "w") as f: f.write("32768 60999")
IP_LOCAL_PORT_RANGE, IP_BIND_ADDRESS_NO_PORT = 51, 24
s = udp(); attempt("own range", set_range, s, 33000, 33001); say(s.getsockopt(IPPROTO_IP, IP_LOCAL_PORT_RANGE))
s.bind((HERE, 0)); say(33000 <= s.getsockname()[1] <= 33001)
s = udp(); set_range(s, 33005, 33005); s.bind((HERE, 0)); say(s.getsockname()[1]); held = s
s = udp(); set_range(s, 33005, 33005); attempt("taken", s.bind, (HERE, 0))
s = udp(); attempt("upside down", set_range, s, 2, 1); attempt("two bytes", s.setsockopt, IPPROTO_IP, IP_LOCAL_PORT_RANGE, b"aa"); attempt("low only", set_range, s, 60990, 0)
s.bind((HERE, 0)); say(s.getsockname()[1] >= 60990)
s = udp(); set_range(s, 100, 101); s.bind((HERE, 0)); say("outside of the system's range", s.getsockname()[1] > 32767)
s = udp(); s.setsockopt(IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, 1); s.bind((HERE, 0)); say("no port yet", s.getsockname()); s.connect((HERE, 9)); say(s.getsockname()[1] != 0)
s = udp(); s.setsockopt(IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, 1); s.bind((HERE, 0)); attempt("bind again", s.bind, (HERE, 7020)); names("then", s)
P
t ip netns exec a setpriv --bounding-set=-net_bind_service --inh-caps=-net_bind_service python3 -c 'import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
for p in (1023, 1024):
  try: print(s.bind(("127.0.0.1", p)))
  except OSError as e: print(e)'
