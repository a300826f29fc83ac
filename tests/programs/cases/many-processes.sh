. "$CHECK"
ok ip netns add a
ok ip netns exec a ip link set lo up
cat > one.py <<'P'
import os, socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.bind(("127.0.0.1", 0)); s.settimeout(20)
s.sendto(str(os.getpid()).encode(), s.getsockname()); assert s.recv(100) == str(os.getpid()).encode(); print("ok")
P
for i in $(seq 60); do ip netns exec a python3 one.py >> answers 2>&1 & done
wait
same 60 sh -c 'grep -c "^ok$" answers'
for i in $(seq 100); do ip -n a link show lo >> links & done
wait
same 100 sh -c 'grep -c "^1: lo" links'
for i in $(seq 30); do ip netns add n$i & done
wait
same 31 sh -c 'ip netns list | wc -l'
ok ip -all netns del
pass
