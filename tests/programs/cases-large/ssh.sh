# sshd as an ordinary user: a command, a file by sftp there and back, a forwarded port.
. "$CHECK"
need ssh sftp /usr/sbin/sshd
two a b
# A user with a home and a shell, whom /etc/passwd does not have.
echo "judge:x:65534:65534::$PWD:/bin/sh" > passwd
echo "judge::65534:" > group
plain="setpriv --reuid=65534 --regid=65534 --clear-groups env NSS_WRAPPER_PASSWD=$PWD/passwd NSS_WRAPPER_GROUP=$PWD/group LD_PRELOAD=libnss_wrapper.so"
user=judge
ok $plain ssh-keygen -q -t ed25519 -N '' -f host
ok $plain ssh-keygen -q -t ed25519 -N '' -f key
cp key.pub authorized
head -c 20000000 /dev/urandom > file
ip netns exec b $plain /usr/sbin/sshd -D -e -f /dev/null -p 2222 -h "$PWD/host" -o ListenAddress=10.0.0.2 -o "PidFile=none" -o UsePAM=no -o StrictModes=no \
  -o AuthorizedKeysFile="$PWD/authorized" -o 'Subsystem=sftp internal-sftp' > sshd.log 2>&1 & sshd=$!
options="-F /dev/null -i key -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR"
eventually ip netns exec a nc -z 10.0.0.2 2222
same 'HELLO' ip netns exec a $plain ssh $options -p 2222 "$user@10.0.0.2" 'echo hello | tr a-z A-Z'
printf 'put file %s/there\nget %s/there back\n' "$PWD" "$PWD" > batch
ok ip netns exec a $plain sftp $options -P 2222 -b batch "$user@10.0.0.2"
ok cmp file back
ip -n b link set lo up
ip -n a link set lo up
ip netns exec b socat TCP-LISTEN:7000,bind=127.0.0.1,fork,reuseaddr EXEC:'tr a-z A-Z' & socat=$!
ip netns exec a $plain ssh $options -p 2222 -N -L 7001:127.0.0.1:7000 "$user@10.0.0.2" & ssh=$!
eventually ip netns exec a nc -z 127.0.0.1 7001
same HELLO ip netns exec a sh -c 'echo hello | nc -N 127.0.0.1 7001'
kill $ssh $sshd $socat
pass
