# A descriptor that stays open across exec; close-on-exec does not.
. "${0%/*}/../lib.sh"
ip link set lo up
py <<'P'
from sockets import *
import subprocess
c, d = joined(); p = subprocess.run(["sh", "-c", f"echo hello >&{d.fileno()}; head -c 5 <&{d.fileno()}"], pass_fds=[d.fileno()], input=b"", stdout=subprocess.PIPE) if c.send(b"world") else None
say(c.recv(100), p.stdout)
p = subprocess.run(["sh", "-c", f"ls -l /proc/self/fd/{d.fileno()} 2>/dev/null | wc -l"], stdout=subprocess.PIPE, close_fds=False); say("close on exec", p.stdout)
p = subprocess.run(["cat"], stdin=d, stdout=subprocess.PIPE) if c.send(b"as standard input") and not c.shutdown(SHUT_WR) else None; say(p.stdout)
c, d = joined(); subprocess.run(["sh", "-c", "echo to a socket; echo more"], stdout=d); d.close(); say(received(c, 100))
P
