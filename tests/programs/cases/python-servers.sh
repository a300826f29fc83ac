# python's http.server with threads, and asyncio: a hundred clients at once.
. "$CHECK"
two a b
mkdir www
head -c 3000000 /dev/urandom > www/file
ip netns exec b python3 -m http.server -b 10.0.0.2 -d www 8000 > http.log 2>&1 & http=$!
eventually ip netns exec a curl -sf -o /dev/null http://10.0.0.2:8000/
cat > get.py <<'P'
import concurrent.futures as f, urllib.request as u
want = open("www/file", "rb").read()
with f.ThreadPoolExecutor(20) as pool:
    assert all(pool.map(lambda _: u.urlopen("http://10.0.0.2:8000/file").read() == want, range(20)))
P
ok ip netns exec a python3 get.py
kill $http
cat > echo.py <<'P'
import asyncio, os, sys
async def serve():
    async def one(reader, writer):
        while data := await reader.read(65536):
            writer.write(data); await writer.drain()
        writer.close()
    server = await asyncio.start_server(one, "10.0.0.2", 8001, backlog=200)
    open("ready", "w").close()
    await server.serve_forever()
async def client(i):
    reader, writer = await asyncio.open_connection("10.0.0.2", 8001)
    for size in (1, 1000, 100000):
        data = os.urandom(size); writer.write(data); assert await reader.readexactly(size) == data
    writer.write_eof(); assert await reader.read() == b""; writer.close(); await writer.wait_closed()
async def clients(): await asyncio.gather(*(client(i) for i in range(100)))
asyncio.run(serve() if sys.argv[1] == "serve" else clients())
P
ip netns exec b python3 echo.py serve & server=$!
eventually test -e ready
ok ip netns exec a python3 echo.py ask
kill $server
pass
