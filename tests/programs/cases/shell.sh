. "$CHECK"
same 5050 bash -c 'seq 100 | paste -sd+ | bc 2>/dev/null || echo $((100 * 101 / 2))'
same 20 bash -c 'for i in {1..20}; do (ip link show lo >/dev/null && echo $i) & done | wc -l; wait'
same 'a:b' bash -c 'echo b | cat <(echo -n a:) -'
same 3 bash -c 'set -o pipefail; (exit 3) | cat; echo $?'
same 'sub 7' bash -c 'x=$(exit 7); echo sub $?'
same 'got term' bash -c 'trap "echo got term; exit 0" TERM; (sleep 0.3; kill $$) & for i in {1..100}; do sleep 0.1; done'
same 100 bash -c 'n=0; for i in {1..100}; do (exit 0) & p[i]=$!; done; for i in {1..100}; do wait ${p[i]} && n=$((n + 1)); done; echo $n'
same 'deep' bash -c 'bash -c "bash -c \"bash -c \\\"echo deep\\\"\""'
same 'here' bash -c 'cat <<< here'
ok bash -c 'exec 9<>fifo || true; mkfifo p; (echo through > p) & read x < p; [ "$x" = through ]'
pass
