"""rtnetlink messages as bytes and as plain data. A command is a dictionary that JSON can hold:
{"ns": 0, "socket": 1, "type": 16, "flags": 5, "head": "hex", "attrs": [[id, "hex"], [id, [nested …]], [id, "hex", false length]], "cut": n}"""
import struct

NLM_F_REQUEST, NLM_F_MULTI, NLM_F_ACK, NLM_F_ECHO, NLM_F_DUMP_INTR, NLM_F_DUMP_FILTERED = 1, 2, 4, 8, 16, 32
NLM_F_ROOT, NLM_F_MATCH, NLM_F_DUMP = 0x100, 0x200, 0x300
NLM_F_REPLACE, NLM_F_EXCL, NLM_F_CREATE, NLM_F_APPEND = 0x100, 0x200, 0x400, 0x800
NLMSG_ERROR, NLMSG_DONE = 2, 3
NAMES = {
    16: "NEWLINK", 17: "DELLINK", 18: "GETLINK", 19: "SETLINK", 20: "NEWADDR", 21: "DELADDR", 22: "GETADDR",
    24: "NEWROUTE", 25: "DELROUTE", 26: "GETROUTE", 28: "NEWNEIGH", 29: "DELNEIGH", 30: "GETNEIGH",
    32: "NEWRULE", 33: "DELRULE", 34: "GETRULE", 36: "NEWQDISC", 38: "GETQDISC", 56: "NEWMULTICAST", 57: "DELMULTICAST", 58: "GETMULTICAST", 62: "GETANYCAST", 64: "NEWNEIGHTBL",
    66: "GETNEIGHTBL", 67: "SETNEIGHTBL", 80: "NEWNETCONF", 81: "DELNETCONF", 82: "GETNETCONF",
    88: "NEWNSID", 89: "DELNSID", 90: "GETNSID", 92: "NEWSTATS", 94: "GETSTATS", 95: "SETSTATS",
    108: "NEWLINKPROP", 109: "DELLINKPROP", 110: "GETLINKPROP", 2: "ERROR", 3: "DONE",
}
NUMBERS = {name: number for number, name in NAMES.items()}
NESTED = 0x8000


def aligned(n):
    return (n + 3) & ~3


def attributes(attrs):
    out = b""
    for a in attrs:
        payload = bytes.fromhex(a[1]) if isinstance(a[1], str) else attributes(a[1])
        length = a[2] if len(a) > 2 else 4 + len(payload)
        out += struct.pack("=HH", length & 0xFFFF, a[0]) + payload + bytes(-len(payload) % 4)
    return out


def message(command, seq):
    head = bytes.fromhex(command["head"])
    attrs = attributes(command["attrs"])
    body = head + (bytes(-len(head) % 4) + attrs if attrs else b"")
    if command.get("cut"):
        body = body[: -command["cut"]] if command["cut"] < len(body) else b""
    return struct.pack("=IHHII", 16 + len(body), command["type"], command["flags"] | NLM_F_REQUEST, seq, 0) + body


def split(datagram):
    """(type, flags, seq, port, body) of each message."""
    while len(datagram) >= 16:
        length, kind, flags, seq, port = struct.unpack_from("=IHHII", datagram)
        if length < 16 or length > len(datagram):
            yield (-1, 0, 0, 0, datagram)
            return
        yield kind, flags, seq, port, datagram[16:length]
        datagram = datagram[aligned(length):]


def split_attributes(data):
    """[(type, payload)], and what is left over."""
    out = []
    while len(data) >= 4:
        length, kind = struct.unpack_from("=HH", data)
        if length < 4 or length > len(data):
            break
        out.append((kind, data[4:length]))
        data = data[aligned(length):]
    return out, data
