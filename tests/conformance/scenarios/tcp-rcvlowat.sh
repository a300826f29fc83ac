# SO_RCVLOWAT holds back poll and blocking reads until so much has come.
. "${0%/*}/../lib.sh"
ip link set lo up
py <<'P'
from sockets import *
import threading
c, d = joined(); say(d.getsockopt(SOL_SOCKET, SO_RCVLOWAT), d.getsockopt(SOL_SOCKET, SO_SNDLOWAT)); d.setsockopt(SOL_SOCKET, SO_RCVLOWAT, 5); say(d.getsockopt(SOL_SOCKET, SO_RCVLOWAT))
c.send(b"abc"); pause(); say("3 of 5", polled(d)); attempt("without waiting", d.recv, 10, MSG_DONTWAIT | MSG_PEEK)
threading.Timer(0.2, c.send, [b"defgh"]).start(); say("blocking read", d.recv(10))
c.send(b"abcde"); pause(); say("5 of 5", polled(d)); d.recv(10)
c.send(b"ab"); c.shutdown(SHUT_WR); pause(); say("end with less", polled(d), d.recv(10), d.recv(10))
attempt("SO_SNDLOWAT", d.setsockopt, SOL_SOCKET, SO_SNDLOWAT, 10); d.setsockopt(SOL_SOCKET, SO_RCVLOWAT, 0); say(d.getsockopt(SOL_SOCKET, SO_RCVLOWAT)); d.setsockopt(SOL_SOCKET, SO_RCVLOWAT, -1); say("half of the most", d.getsockopt(SOL_SOCKET, SO_RCVLOWAT) == int(open("/proc/sys/net/ipv4/tcp_rmem").read().split()[2]) // 2)
P
