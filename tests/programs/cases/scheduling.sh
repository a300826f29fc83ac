# How programs are scheduled: as they would be, but that accelerated ones are SCHED_BATCH until they say otherwise.
. "$CHECK"
policy() { chrt -p $$ | sed -n 's/.*policy: //p'; }
want=SCHED_OTHER
case $LD_PRELOAD in *accelerator*) want=SCHED_BATCH ;; esac
same "$want" policy
same "$want" sh -c 'chrt -p $$ | sed -n "s/.*policy: //p"'
ok ip netns add a
same "$want" ip netns exec a sh -c 'chrt -p $$ | sed -n "s/.*policy: //p"'
same 0 nice
same 3 nice -n 3 nice
ok chrt -o -p 0 $$
same SCHED_OTHER policy
same SCHED_OTHER sh -c 'chrt -p $$ | sed -n "s/.*policy: //p"'
ok chrt -b -p 0 $$
same SCHED_BATCH sh -c 'chrt -p $$ | sed -n "s/.*policy: //p"'
same SCHED_IDLE chrt -i 0 sh -c 'chrt -p $$ | sed -n "s/.*policy: //p"'
pass
