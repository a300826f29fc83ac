# openssl s_server and s_client between two namespaces: lines there and back, a file.
. "$CHECK"
two a b
ok openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=b -days 2 -keyout key -out cert
ip netns exec b openssl s_server -accept 10.0.0.2:4433 -key key -cert cert -rev > server.log 2>&1 & server=$!
eventually grep -q ACCEPT server.log
same 'dlrow olleh' ip netns exec a sh -c '(echo hello world; sleep 0.5) | openssl s_client -quiet -no_ign_eof -connect 10.0.0.2:4433 -CAfile cert 2>/dev/null'
has 'Verify return code: 0' ip netns exec a sh -c 'echo | openssl s_client -connect 10.0.0.2:4433 -CAfile cert'
kill $server
head -c 5000000 /dev/urandom > file
ip netns exec b openssl s_server -accept 10.0.0.2:4434 -key key -cert cert -WWW > server2.log 2>&1 & server=$!
eventually grep -q ACCEPT server2.log
ok ip netns exec a curl -s --cacert cert --connect-to b:443:10.0.0.2:4434 --http0.9 -o copy https://b/file
ok cmp file copy
kill $server
pass
