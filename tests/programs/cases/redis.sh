# redis-server, redis-cli and redis-benchmark between two namespaces.
. "$CHECK"
two a b
ip netns exec b redis-server --port 6379 --bind 10.0.0.2 --protected-mode no --save '' --dir "$PWD" > redis.log 2>&1 & redis=$!
cli() { ip netns exec a redis-cli -h 10.0.0.2 "$@"; }
eventually cli ping
same OK cli set key value
same value cli get key
same '1000' ip netns exec a sh -c 'i=0; while [ $i -lt 1000 ]; do i=$((i + 1)); echo INCR n; done | redis-cli -h 10.0.0.2 | tail -1'
head -c 1000000 /dev/urandom | base64 -w 0 > big
same OK ip netns exec a sh -c 'redis-cli -h 10.0.0.2 -x set big < big'
ok ip netns exec a sh -c 'redis-cli -h 10.0.0.2 --raw get big | head -c -1 | cmp - big'
has 'SET: [0-9.]+ requests per second' ip netns exec a redis-benchmark -h 10.0.0.2 -q -n 3000 -c 20 -t set,get,ping
has 'SET: [0-9.]+ requests per second' ip netns exec a redis-benchmark -h 10.0.0.2 -q -n 20000 -c 20 -P 16 -t set
(sleep 0.5; cli publish news hello > /dev/null) &
has hello ip netns exec a timeout 2 redis-cli -h 10.0.0.2 subscribe news
cli shutdown nosave
wait $redis || fail "redis-server ended with $?"
pass
