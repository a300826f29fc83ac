# Packet sockets: promiscuity and addresses that devices receive for them.
. "${0%/*}/../lib.sh"
joined_pair
py a <<'P'
from packets import *
import json, subprocess
v0, lo = if_nametoindex("v0"), if_nametoindex("lo")
def mreq(kind, address=b"", index=v0, alen=None):
    return struct.pack("=iHH8s", index, kind, len(address) if alen is None else alen, address)
def shown():
    link = json.loads(subprocess.check_output(["ip", "-d", "-j", "link", "show", "v0"]))[0]
    lines = [l.split()[1:] for l in open("/proc/net/dev_mcast") if "3333" not in l]
    say("  ", link["promiscuity"], link.get("allmulti", 0), *[f for f in link["flags"] if f in ("PROMISC", "ALLMULTI")], lines)
s = packet()
shown()
for what, value in (("promiscuous", mreq(1)), ("all groups", mreq(2)), ("group", mreq(0, GROUP)), ("group again", mreq(0, GROUP)), ("of IPv4's", mreq(0, bytes.fromhex("01005e000001"))),
                    ("address", mreq(3, OTHER)), ("short address", mreq(0, GROUP[:5])), ("long address", mreq(0, GROUP + b"x")), ("type 9", mreq(9)),
                    ("no device", mreq(1, index=99)), ("short", mreq(1)[:15])):
    attempt("add " + what, s.setsockopt, SOL_PACKET, ADD_MEMBERSHIP, value)
    shown()
for what, value in (("promiscuous", mreq(1)), ("promiscuous, again", mreq(1)), ("group", mreq(0, GROUP)), ("address", mreq(3, OTHER)), ("no device", mreq(1, index=99)), ("short", mreq(1)[:15])):
    attempt("drop " + what, s.setsockopt, SOL_PACKET, DROP_MEMBERSHIP, value)
    shown()
say("closed")
s.close()
shown()
say("by ioctl")
u = socket(AF_INET, SOCK_DGRAM)
def request(number, device="v0", address=GROUP, family=AF_UNSPEC):
    return ioctl(u.fileno(), number, struct.pack("16sH14s8x", device.encode(), family, address)) and None
for what, number, more in (("add", 0x8931, {}), ("add again", 0x8931, {}), ("delete", 0x8932, {}), ("delete again", 0x8932, {}), ("family", 0x8931, {"family": 1}), ("on lo", 0x8931, {"device": "lo"}), ("no device", 0x8931, {"device": "none"})):
    attempt(what, lambda: request(number, **more))
    shown()
P
