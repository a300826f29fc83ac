# needs: tun
# Malformed options: which octet the complaint points at.
. "${0%/*}/../lib.sh"
ns a
ip -n a link set lo up
py a <<'P'
from option_router import *
LSRR, SSRR = 131, 137
say("# malformed")
for what, o_ in (("length 0", [7, 0, 4, 0]), ("length 1", [7, 1, 4, 0]), ("no length", [1, 1, 1, 7]), ("length beyond", [7, 9, 4, 0]), ("record of 3 minus 1", [7, 2, 4, 0]), ("record, pointer 3", [7, 7, 3, 0, 0, 0, 0]),
                 ("record, half a slot", [7, 6, 4, 0, 0, 0, 0]), ("record, pointer within", [7, 7, 5, 0, 0, 0, 0]), ("two records", [7, 7, 4, 0, 0, 0, 0, 7, 7, 4, 0, 0, 0, 0]), ("two source routes", [131, 3, 4, 137, 3, 4]),
                 ("source route of 2", [131, 2, 4]), ("source route, pointer 3", [131, 7, 3, 0, 0, 0, 0]), ("source route, length 6", [131, 6, 4, 0, 0, 0]), ("times of 3", [68, 3, 5, 0]), ("times, pointer 4", [68, 8, 4, 0, 0, 0, 0, 0]),
                 ("times, flag 2", [68, 8, 5, 2, 0, 0, 0, 0]), ("times, flag 9 full", [68, 8, 9, 9, 0, 0, 0, 0]), ("times, half a slot", [68, 10, 9, 0, 0, 0, 0, 0, 0, 0]), ("two times", [68, 8, 5, 0, 0, 0, 0, 0, 68, 8, 5, 0, 0, 0, 0, 0]), ("router alert of 3", [148, 3, 0]), ("router alert 1", [148, 4, 0, 1])):
    go(what, "198.51.100.2", bytes(o_))
