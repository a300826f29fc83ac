# scapy: packets by hand, with packet sockets.
. "$CHECK"
need python3
python3 -c 'import scapy' 2> /dev/null || fail "python3-scapy is not installed: scripts/setup"
two a b
cat > s.py <<'P'
import logging
logging.getLogger("scapy").setLevel(logging.ERROR)
from scapy.all import *
conf.verb = 0
answer = srp1(Ether(dst="ff:ff:ff:ff:ff:ff") / ARP(pdst="10.0.0.2"), iface="v0", timeout=3)
print("arp", answer.psrc, answer.hwsrc)
answer = sr1(IP(dst="10.0.0.2") / ICMP(seq=7) / b"payload", iface="v0", timeout=3)
print("icmp", answer[ICMP].type, answer[ICMP].seq, bytes(answer[ICMP].payload)[:7])
answer = sr1(IP(dst="10.0.0.2") / TCP(dport=9, flags="S"), iface="v0", timeout=3)
print("tcp", answer[TCP].flags)
t = AsyncSniffer(iface="v0", filter="icmp", count=2)
t.start()
import time; time.sleep(0.5)
send(IP(dst="10.0.0.2") / ICMP(seq=8), iface="v0")
t.join(5)
print("sniffed", [p[ICMP].seq for p in t.results])
print("interfaces", sorted(get_if_list()))
P
ip netns exec a python3 s.py > out 2> err || { cat out err; fail "scapy"; }
has '^arp 10.0.0.2 ' cat out
has "^icmp 0 7 b'payload'" cat out
has '^tcp RA' cat out
has '^sniffed \[8, 8\]' cat out
has "^interfaces .*'v0'" cat out
pass
