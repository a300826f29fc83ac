# Names: rename, conflicts, bad names, renaming while up, pattern names.
. "${0%/*}/../lib.sh"
ns a
t ip -n a link add v0 type veth peer name v1
t ip -n a link set v0 name east
t ip -n a link show east
t ip -n a link show v0
t ip -n a link set east name v1
t ip -n a link set east name east
t ip -n a link set east name "a/b"
t ip -n a link set east name "."
t ip -n a link set east name ".."
t ip -n a link set east name "a b"
t ip -n a link set east name abcdefghijklmnop
t ip -n a link set east name abcdefghijklmno
t ip -n a link set abcdefghijklmno up
t ip -n a link set abcdefghijklmno name up0
t ip -n a link show up0
t ip -n a link add name "t%d" type veth peer name "p%d"
t ip -n a link add name "t%d" type veth peer name "p%d"
t ip -n a link add type veth
t ip -n a link add type veth
t ip -n a -br link
