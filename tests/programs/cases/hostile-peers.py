"""A server among hostile peers, whose segments are made by hand: a flood of half-open connections from forged addresses, peers that take
nothing, resets by guess, scans, junk. Others are served meanwhile, and what the stack holds is bounded. Scenes: scenes.py."""
from scenes import run_scenes

PROGRAM = r"""
import random, select, signal, socket, struct, subprocess
def sh(text): subprocess.run(text, shell=True, check=True)
# evil v0 10.0.1.1 - 10.0.1.2 v1 host w1 10.0.2.2 - 10.0.2.1 w0 friend; 10.9.0.0/16 is at evil
sh("ip netns add evil; ip netns add host; ip netns add friend;"
   "ip link add v0 netns evil type veth peer name v1 netns host; ip link add w0 netns friend type veth peer name w1 netns host;"
   "for a in evil:v0:10.0.1.1 host:v1:10.0.1.2 friend:w0:10.0.2.1 host:w1:10.0.2.2; do set -- $(echo $a | tr : ' ');"
   "  ip -n $1 addr add $3/24 dev $2; ip -n $1 link set $2 up; done;"
   "ip -n host route add 10.9.0.0/16 via 10.0.1.1; ip -n evil route add 10.0.2.0/24 via 10.0.1.2")
supervisor = os.getppid()
FIN, SYN, RST, PSH, ACK, URG = 1, 2, 4, 8, 16, 32
ANSWER = b"a" * 4096

def resident(pid):
    with open(f"/proc/{pid}/status") as f:
        return next(int(line.split()[1]) * 1024 for line in f if line.startswith("VmRSS"))

def counter(name):  # of the host, as nstat(8) calls it
    with os.popen("ip netns exec host cat /proc/net/snmp /proc/net/netstat") as f: lines = f.read().splitlines()
    for names, values in zip(lines[::2], lines[1::2]):
        found = dict(zip(names.split()[1:], values.split()[1:]))
        if name in found: return int(found[name])

def in_namespace(name, f, *args):
    pid = os.fork()
    if pid: return pid
    try:
        import ctypes
        with open("/run/netns/" + name) as ns: assert ctypes.CDLL(None).setns(ns.fileno(), 0x40000000) == 0
        f(*args)
        os._exit(0)
    except BaseException as e:
        print(repr(e), e.__traceback__.tb_lineno, flush=True)
    finally: os._exit(1)

def ended(pid): same(0, os.waitpid(pid, 0)[1])

def serve(tell):
    l = socket.create_server(("", 80), backlog=1024)
    l.setblocking(False)
    p = select.epoll()
    p.register(l, select.EPOLLIN)
    held = {}
    os.write(tell, b"x")
    while True:
        for fd, _ in p.poll():
            if fd == l.fileno():
                try:
                    while True:
                        s, _ = l.accept()
                        s.setblocking(False)
                        held[s.fileno()] = s
                        p.register(s, select.EPOLLIN)
                except BlockingIOError: continue
            got = outcome(held[fd].recv, 64)
            if isinstance(got, bytes) and got: outcome(held[fd].send, ANSWER)
            elif got != "EAGAIN": held.pop(fd).close()

ready, tell = os.pipe()
server = in_namespace("host", serve, tell)
os.read(ready, 1)

def served(c):
    c.sendall(b"get")
    got = b""
    while len(got) < len(ANSWER):
        more = c.recv(65536)
        assert more, "the end"
        got += more

def friends(end):  # one after the other; a connection made before everything stays
    old = socket.create_connection(("10.0.2.2", 80), timeout=20)
    n, longest = 0, 0
    while n < 10 or not select.select([end], [], [], 0)[0]:
        begin = time.monotonic()
        with socket.create_connection(("10.0.2.2", 80), timeout=20) as c: served(c)
        served(old)
        n, longest = n + 1, max(longest, time.monotonic() - begin)
        time.sleep(0.01)
    if "-t" in sys.argv: print(f"{n} served, the slowest in {longest:.3f} s", flush=True)
    assert longest < 5, longest

def total(data):
    if len(data) % 2: data += b"\0"
    n = sum(struct.unpack("!%dH" % (len(data) // 2), data))
    while n >> 16: n = (n & 0xffff) + (n >> 16)
    return n

class Evil:  # in its namespace
    def __init__(self):
        self.out = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)
        self.heard = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(0x800))
        self.chance = random.Random(1)
    def send(self, source, port, flags, to=80, seq=0, ack=0, window=0, data=b"", options=b""):
        a, b = socket.inet_aton(source), socket.inet_aton("10.0.2.2")
        head = struct.pack("!HHIIBBHHH", port, to, seq & 0xffffffff, ack & 0xffffffff, (5 + len(options) // 4) << 4, flags, window, 0, 0) + options
        check = 0xffff & ~total(a + b + struct.pack("!HH", 6, len(head) + len(data)) + head + data)
        segment = head[:16] + struct.pack("!H", check) + head[18:] + data
        self.out.sendto(struct.pack("!BBHHHBBH", 0x45, 0, 0, 0, 0, 64, 6, 0) + a + b + segment, ("10.0.2.2", 0))
    def shaken(self, source, port, seq, window):  # hands; the number that comes next from there
        for _ in range(10):
            self.send(source, port, SYN, seq=seq, window=window)
            end = time.monotonic() + 1
            while select.select([self.heard], [], [], max(0, end - time.monotonic()))[0]:
                packet = self.heard.recv(2048)
                if packet[16:20] != socket.inet_aton(source) or packet[9] != 6: continue
                _, to, theirs, _, _, flags = struct.unpack("!HHIIBB", packet[20:34])
                if to == port and flags & (SYN | ACK) == SYN | ACK:
                    self.send(source, port, ACK, seq=seq + 1, ack=theirs + 1, window=window)
                    return theirs + 1
        raise OSError("no answer to a SYN")
    def somebody(self):
        return f"10.9.{self.chance.randrange(256)}.{self.chance.randrange(1, 255)}", self.chance.randrange(1024, 65536)

def under(attack):
    end, ends = os.pipe()
    friend = in_namespace("friend", friends, end)
    time.sleep(0.1)
    ended(in_namespace("evil", lambda: attack(Evil())))
    os.write(ends, b"x")
    ended(friend)
    os.close(end); os.close(ends)

def bounded(attack, most):
    before = resident(supervisor)
    under(attack)
    grown = resident(supervisor) - before
    if "-t" in sys.argv: print("grown by", grown, flush=True)
    if os.environ["MEMORY"] == "1": assert grown < most, grown

def half_open():
    def attack(evil):
        for _ in range(20000): evil.send(*evil.somebody(), SYN, seq=evil.chance.randrange(1 << 32), window=65535)
    bounded(attack, 4 << 20)
    assert counter("SyncookiesSent") > 10000, "the flood came"

def peers_that_take_nothing():
    many = 1000
    def attack(evil):
        for i in range(many):
            source, port = f"10.9.{i % 200}.{i // 200 + 1}", 2000 + i
            window = i % 3
            ack = evil.shaken(source, port, i, window)
            evil.send(source, port, ACK | PSH, seq=i + 1, ack=ack, window=window, data=b"get")
    bounded(attack, many * 40000)
    assert counter("CurrEstab") >= many, "they are held"

def guesses():
    told, tell = os.pipe()
    done, tell_done = os.pipe()
    def client():
        c = socket.create_connection(("10.0.2.2", 80), timeout=20)
        os.write(tell, b"%d" % c.getsockname()[1])
        os.read(done, 1)
        served(c)
    def attack(evil):
        port = int(os.read(told, 9))
        for i in range(6000):
            flags = (RST, RST | ACK, SYN, FIN | ACK, ACK, SYN | ACK)[i % 6]
            evil.send("10.0.2.1", port, flags, seq=evil.chance.randrange(1 << 32), ack=evil.chance.randrange(1 << 32), data=b"x" if i % 6 == 4 else b"")
    pid = in_namespace("friend", client)
    under(attack)
    os.write(tell_done, b"x")
    ended(pid)

def scans_and_junk():
    def attack(evil):
        for to in range(1, 8000):
            evil.send("10.0.1.1", 999, (SYN, ACK, FIN, 0, FIN | PSH | URG, SYN | FIN)[to % 6], to=to, seq=to)
        for i in range(8000):
            source, port = evil.somebody()
            evil.send(source, port, evil.chance.randrange(256), seq=i, ack=i, window=i, data=evil.chance.randbytes(i % 40),
                      options=evil.chance.randbytes(4 * (i % 11)))
    bounded(attack, 4 << 20)
"""
END = r"""
os.kill(server, signal.SIGKILL)
os.waitpid(server, 0)
"""


def run(world):
    world.options["env"]["MEMORY"] = "0" if world.kernel or world.has_sanitizers() else "1"  # it is our supervisor's
    return run_scenes(world, PROGRAM, END)
