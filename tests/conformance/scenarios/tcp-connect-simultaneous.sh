# Two sockets that connect to each other at once.
. "${0%/*}/../lib.sh"
ip link set lo up
py <<'P'
from sockets import *
a, b = tcp(False), tcp(False)
a.bind((HERE, 7001)); b.bind((HERE, 7002))
say(errno.errorcode.get(a.connect_ex((HERE, 7002)))); pause()
attempt("refused before the other began", a.getsockopt, SOL_SOCKET, SO_ERROR)
say(errno.errorcode.get(b.connect_ex((HERE, 7001)))); pause(); attempt("second", b.getsockopt, SOL_SOCKET, SO_ERROR)
P
