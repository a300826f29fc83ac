"""Two namespaces joined by veth devices: 10.0.0.1 in space 0 and 10.0.0.2 in space 1. Both devices have the number 10."""
from rtnl.wire import attributes, message

from .words import FAR, NEAR, sin, u32

SPACE_1 = 901  # its descriptor (kHigh of calls.c)


def text(s):
    return s.encode().hex() + "00"


def veth_lines():
    head = "00" * 4 + u32(10)
    other = bytes.fromhex(head + "00" * 8) + attributes([[3, text("b")], [1, "020000000002"], [28, u32(SPACE_1)]])
    kind = [[1, text("veth")], [2, [[1, other.hex()]]]]
    link = {"type": 16, "flags": 0x605, "head": head + "00" * 8, "attrs": [[3, text("a")], [1, "020000000001"], [18, kind]]}
    up = {"type": 16, "flags": 5, "head": head + u32(1) + u32(1), "attrs": []}

    def address(a):
        number = sin(a, 0)[8:16]
        return {"type": 20, "flags": 0x605, "head": "02180000" + u32(10), "attrs": [[2, number], [1, number]]}

    said = lambda *commands: ["rtnl " + message(c, 1).hex() for c in commands]
    return ["space 1", "space 0", *said(link, address(NEAR), up), "space 1", *said(address(FAR), up), "space 0"]
