# The identification of IPv4 packets: who counts, and who says 0 since nothing may be cut.
ip netns add a
ip netns add b
ip -n a link add v0 type veth peer name v0 netns b
ip -n a address add 10.0.0.1/24 dev v0
ip -n b address add 10.0.0.2/24 dev v0
for n in a b; do ip -n $n link set lo up; ip -n $n link set v0 up; done
cat > serve.py <<'P'
import socket
sink = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
sink.bind(("10.0.0.2", 4000))
listener = socket.create_server(("10.0.0.2", 80))
for _ in range(2):
    connection = listener.accept()[0]
    while True:
        data = connection.recv(100)
        if not data:
            break
        connection.send(data)
    connection.close()
P
cat > ids.py <<'P'
import socket, struct, time

IP_MTU_DISCOVER = 10
capture = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(3))
capture.bind(("v0", 3))
capture.settimeout(0.05)
names = {1: "icmp", 2: "igmp", 6: "tcp", 17: "udp"}


def packets(act):
    """What act() brings onto the wire: by sender and protocol, the ids of those with and without DF."""
    act()
    seen = {}
    try:
        while True:
            data, where = capture.recvfrom(70000)
            if where[1] != 0x0800:
                continue
            ident, flags = struct.unpack("!HH", data[4:8])
            if flags & 0x1fff:
                continue  # the rest of a datagram
            kind = names[data[9]]
            if data[9] == 6:
                kind += " without a connection" if data[33] & 4 else " syn-ack" if data[33] & 0x12 == 0x12 else ""
            seen.setdefault(("from us" if where[2] == 4 else "to us", kind, "DF" if flags & 0x4000 else "may be cut"), []).append(ident)
    except TimeoutError:
        return seen


def word(ids, strict):
    if not any(ids):
        return "zero"
    steps = {(b - a) & 0xffff for a, b in zip(ids, ids[1:])}
    if strict:
        return "one by one" if steps <= {1} else "each its own"
    return "counts" if all(0 < s < 4000 for s in steps) else "steps %s" % sorted(steps)


def show(what, act):
    print(what)
    for (who, kind, df), ids in sorted(packets(act).items()):
        print("   ", who, kind, df, word(ids, kind == "tcp"))


def datagrams(sock, size, to):
    try:
        for _ in range(4):
            sock.send(b"x" * size) if to is None else sock.sendto(b"x" * size, to)
    except OSError as e:
        print("   ", e.strerror)


for connected in (False, True):
    for mode in range(6):
        for size in (10, 3000):
            sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            sock.setsockopt(socket.IPPROTO_IP, IP_MTU_DISCOVER, mode)
            to = ("10.0.0.2", 4000)
            if connected:
                sock.connect(to)
            show("udp, mode %d, %d bytes%s" % (mode, size, ", connected" if connected else ""), lambda: datagrams(sock, size, None if connected else to))


def talk(mode):
    sock = socket.socket()
    sock.setsockopt(socket.IPPROTO_IP, IP_MTU_DISCOVER, mode)
    sock.connect(("10.0.0.2", 80))
    for _ in range(5):
        sock.send(b"question")
        sock.recv(100)
    sock.close()


show("tcp", lambda: talk(1))
show("tcp that may be cut", lambda: talk(0))


def refused():
    for _ in range(3):
        try:
            socket.create_connection(("10.0.0.2", 81))
        except ConnectionRefusedError:
            pass


show("tcp, nobody there", refused)
raw = socket.socket(socket.AF_INET, socket.SOCK_RAW, 1)
show("echo", lambda: [raw.sendto(b"\x08\0\xf7\xfd\0\1\0\1", ("10.0.0.2", 0)) for _ in range(4)])
own = socket.socket(socket.AF_INET, socket.SOCK_RAW, 255)


def header(ident, flags):
    return struct.pack("!BBHHHBBH4s4s", 0x45, 0, 28, ident, flags, 64, 17, 0, bytes(4), socket.inet_aton("10.0.0.2")) + b"\x10\0\x10\0\0\x08\0\0"


for ident in (0, 7):
    for flags in (0, 0x4000):
        show("own header, id %d, flags %#x" % (ident, flags), lambda: [own.sendto(header(ident, flags), ("10.0.0.2", 0)) for _ in range(4)])
member = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
show("joining a group", lambda: member.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, socket.inet_aton("239.1.2.3") + socket.inet_aton("10.0.0.1")))
P
ip netns exec b python3 serve.py &
for i in 1 2 3 4 5 6 7 8 9 10; do ip netns exec b grep -q ":0050" /proc/net/tcp && break; sleep 0.1; done
ip netns exec a sh -c 'sysctl -qw net.ipv4.icmp_ratelimit=0' 2>/dev/null
ip netns exec b sh -c 'sysctl -qw net.ipv4.icmp_ratelimit=0' 2>/dev/null
ip netns exec a ping -c 1 -w 2 10.0.0.2 > /dev/null
ip netns exec a python3 ids.py
