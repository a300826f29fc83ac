# needs: tun
# Record route, timestamps, router alert and others through a router and at their end.
. "${0%/*}/../lib.sh"
ns a
ip -n a link set lo up
py a <<'P'
from option_router import *
LSRR, SSRR = 131, 137
say("# records")
RR, TS = 7, 68
none = "0.0.0.0"
go("record, to us", "192.0.2.1", route(RR, 4, none, none))
go("record, to the other address", "198.51.100.1", route(RR, 4, none, none))
go("record, passing", "198.51.100.2", route(RR, 4, none, none))
go("record, passing, by a router", "10.1.1.1", route(RR, 4, none, none))
go("record, full", "198.51.100.2", route(RR, 12, "1.1.1.1", "2.2.2.2"))
def ts(pointer, flag, body, over=0): return bytes([TS, 4 + len(body), pointer, over << 4 | flag]) + body
go("times, passing", "198.51.100.2", ts(5, 0, bytes(8)))
go("times and addresses, passing", "198.51.100.2", ts(5, 1, bytes(16)))
go("times of ours", "198.51.100.2", ts(5, 3, A("192.0.2.1") + bytes(4)))
go("times of our other", "198.51.100.2", ts(5, 3, A("198.51.100.1") + bytes(4)))
go("times of another", "198.51.100.2", ts(5, 3, A("8.8.8.8") + bytes(4)))
go("times, to us", "192.0.2.1", ts(5, 1, bytes(16)))
go("times, full", "198.51.100.2", ts(9, 0, bytes(4)))
go("times, full, 15 over", "198.51.100.2", ts(9, 0, bytes(4), 15))
go("times, full, to us", "192.0.2.1", ts(9, 0, bytes(4), 3))
go("router alert, passing", "198.51.100.2", bytes([148, 4, 0, 0]))
go("an unknown one, passing", "198.51.100.2", bytes([0x9e, 4, 1, 2]))
go("an unknown one, to us", "192.0.2.1", bytes([0x9e, 4, 1, 2]))
go("cipso", "198.51.100.2", bytes([134, 6, 0, 0, 0, 1]))
go("security", "198.51.100.2", bytes([130, 11] + [0] * 9))
go("stream id", "192.0.2.1", bytes([136, 4, 0, 1]))
go("no operations", "198.51.100.2", bytes([1, 1, 1, 0]))
go("behind the end", "198.51.100.2", bytes([1, 0, 7, 99]))
