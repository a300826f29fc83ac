# Packet sockets: sending with and without the link-layer header, lengths, errors.
. "${0%/*}/../lib.sh"
joined_pair
py a <<'P'
from packets import *
with inside("b"):
    peer = packet(device="v1")
s, d = packet(protocol=0, device="v0"), packet(SOCK_DGRAM, 0)
s.bind(("v0", 0))
for length in (0, 13, 14, 15, 1514, 1515, 1518, 1519):
    attempt(f"{length} bytes", s.send, b"\2" * length)
tagged = M2 + M1 + b"\x81\0"
for length in (1518, 1519):
    attempt(f"{length} bytes, VLAN", s.send, tagged + b"\0" * (length - 14))
attempt("payload", send_ll, d, b"payload", ll("v0", TEST, M2))
attempt("payload, no address", send_ll, d, b"payload", ll("v0", TEST, size=20))
attempt("payload of 1500", send_ll, d, b"x" * 1500, ll("v0", TEST, M2))
attempt("payload of 1501", send_ll, d, b"x" * 1501, ll("v0", TEST, M2))
attempt("802.3", send_ll, d, b"x" * 60, ll("v0", 1, M2))
attempt("no device", d.send, b"x")
attempt("device 99", send_ll, s, frame(), ll(99))
attempt("short name", send_ll, s, frame(), ll("v0", size=19))
attempt("address longer than the name", send_ll, s, frame(), ll("v0", halen=9))
attempt("family does not matter", send_ll, s, frame(), ll("v0", family=AF_INET))
attempt("MSG_OOB", s.send, frame(), MSG_OOB)
d.bind(("v0", TEST))
attempt("bound, without an address", d.send, b"x")
d.bind(("lo", TEST))
attempt("the loopback needs none", d.send, b"x")
pause()
seen(peer, only=[TEST, 0x0202, 1, 4, 0x8100])
say("a datagram by hand")
u = socket(AF_INET, SOCK_DGRAM)
with inside("b"):
    u = socket(AF_INET, SOCK_DGRAM)
    u.bind(("192.0.2.2", 4000))
udp = struct.pack("!HHHH", 1234, 4000, 8 + 5, 0) + b"hello"
ip = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(udp), 7, 0, 64, 17, 0, inet_aton("192.0.2.1"), inet_aton("192.0.2.2"))
total = sum(struct.unpack("!10H", ip))
ip = ip[:10] + struct.pack("!H", ~(total + (total >> 16)) & 0xffff) + ip[12:]
s.send(M2 + M1 + b"\x08\0" + ip + udp)
u.settimeout(2)
attempt("received", u.recvfrom, 100)
attempt("without the right to", lambda: os.setuid(65534) or packet())
P
