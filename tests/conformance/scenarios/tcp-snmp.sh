# Counters of /proc/net/snmp and netstat that follow from known exchanges.
. "${0%/*}/../lib.sh"
ip link set lo up
py <<'P'
from sockets import *
KEYS = "ActiveOpens PassiveOpens AttemptFails EstabResets CurrEstab OutRsts".split(); EXT = "ListenOverflows TCPAbortOnData TCPAbortOnClose DelayedACKs TW".split()
def all_(): return {**{k: counters("/proc/net/snmp", "Tcp").get(k) for k in KEYS}, **{k: counters("/proc/net/netstat", "TcpExt").get(k) for k in EXT if k not in ("DelayedACKs", "TW")}}
def change(what, f):
    before = all_(); f(); pause(); after = all_(); say(what, {k: after[k] - before[k] for k in after if after[k] != before[k]})
say({k: counters("/proc/net/snmp", "Tcp")[k] for k in ("RtoAlgorithm", "RtoMin", "RtoMax", "MaxConn")})
s = listener(); ends = []
def connect(): c = tcp(); c.connect(s.getsockname()); ends.append((c, s.accept()[0]))
change("connect", connect); change("close", lambda: [ends[0][0].close(), pause(), ends[0][1].close()]); connect()
def refused():
    try: tcp().connect((HERE, 7999))
    except OSError: pass
change("refused", refused); change("reset", lambda: [ends[1][0].setsockopt(SOL_SOCKET, SO_LINGER, struct.pack("ii", 1, 0)), ends[1][0].close()])
connect(); ends[2][0].send(b"x"); pause(); change("closed unread", ends[2][1].close)
connect(); change("data on a closed one", lambda: [ends[3][1].close(), pause(), ends[3][0].send(b"x")])
a = counters("/proc/net/snmp", "Tcp"); say("segments counted", a["InSegs"] > 10 and a["InSegs"] == a["OutSegs"] or (a["InSegs"], a["OutSegs"])); say("errors", a["InErrs"], a["InCsumErrors"], a["RetransSegs"])
P
