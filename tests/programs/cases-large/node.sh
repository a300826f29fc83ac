# node: an HTTP server and client (libuv), keep-alive, 200 requests at once, a stream of 20 MB, a WebSocket-like upgrade.
. "$CHECK"
need node
two a b
cat > server.js <<'J'
const http = require("http");
const server = http.createServer((req, res) => {
  if (req.method === "POST") return req.pipe(res);
  if (req.url === "/large") return res.end(Buffer.alloc(20000000, "x"));
  res.end("hello");
});
server.on("upgrade", (req, socket) => { socket.write("HTTP/1.1 101 Switching Protocols\r\nUpgrade: echo\r\nConnection: Upgrade\r\n\r\n"); socket.pipe(socket); });
server.listen(8080, "10.0.0.2", () => require("fs").writeFileSync("ready", ""));
J
cat > client.js <<'J'
const http = require("http");
const agent = new http.Agent({ keepAlive: true, maxSockets: 50 });
function ask(path, body) {
  return new Promise((good, bad) => {
    const req = http.request({ host: "10.0.0.2", port: 8080, path, agent, method: body ? "POST" : "GET" }, res => {
      const parts = []; res.on("data", d => parts.push(d)); res.on("end", () => good(Buffer.concat(parts)));
    });
    req.on("error", bad); req.end(body);
  });
}
(async () => {
  const all = await Promise.all(Array.from({ length: 200 }, () => ask("/")));
  if (!all.every(b => b.toString() === "hello")) throw "many";
  if ((await ask("/large")).length !== 20000000) throw "large";
  const body = require("crypto").randomBytes(3000000);
  if (!(await ask("/", body)).equals(body)) throw "echo";
  const req = http.request({ host: "10.0.0.2", port: 8080, headers: { Connection: "Upgrade", Upgrade: "echo" } });
  req.on("upgrade", (res, socket) => { socket.write("ping"); socket.on("data", d => { console.log(d.toString()); process.exit(0); }); });
  req.end();
})().catch(e => { console.error(e); process.exit(1); });
J
ip netns exec b node server.js & server=$!
eventually test -e ready
same ping ip netns exec a node client.js
kill $server
pass
