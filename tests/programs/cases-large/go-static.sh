# A Go program without libc, static, with its own poller: many goroutines, deadlines, a refused port, UDP. Nothing may depend on libc.
. "$CHECK"
need go
two a b
export GOCACHE="$PWD/cache" GOPATH="$PWD/go" GO111MODULE=off CGO_ENABLED=0
cat > main.go <<'G'
package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"sync"
	"syscall"
	"time"
)

func must(err error) {
	if err != nil {
		panic(err)
	}
}

func serve() {
	l, err := net.Listen("tcp4", "10.0.0.2:7000")
	must(err)
	u, err := net.ListenPacket("udp4", "10.0.0.2:7001")
	must(err)
	go func() {
		b := make([]byte, 2000)
		for {
			n, from, err := u.ReadFrom(b)
			must(err)
			u.WriteTo(bytes.ToUpper(b[:n]), from)
		}
	}()
	must(os.WriteFile("ready", nil, 0600))
	for {
		c, err := l.Accept()
		must(err)
		go func() { io.Copy(c, c); c.Close() }()
	}
}

func one(i int) {
	c, err := net.Dial("tcp4", "10.0.0.2:7000")
	must(err)
	got := make([]byte, 3000)
	for n := 0; n < 20; n++ {
		want := bytes.Repeat([]byte{byte(i + n)}, 1+(i*131+n*17)%3000)
		_, err = c.Write(want)
		must(err)
		_, err = io.ReadFull(c, got[:len(want)])
		must(err)
		if !bytes.Equal(want, got[:len(want)]) {
			panic("other bytes")
		}
	}
	c.SetReadDeadline(time.Now().Add(50 * time.Millisecond))
	if _, err = c.Read(got); !errors.Is(err, os.ErrDeadlineExceeded) {
		panic(err)
	}
	must(c.(*net.TCPConn).CloseWrite())
	c.SetReadDeadline(time.Time{})
	if _, err = c.Read(got); err != io.EOF {
		panic(err)
	}
	c.Close()
}

func ask() {
	var all sync.WaitGroup
	for i := 0; i < 200; i++ {
		all.Add(1)
		go func(i int) { defer all.Done(); one(i) }(i)
	}
	all.Wait()
	_, err := net.Dial("tcp4", "10.0.0.2:9")
	if !errors.Is(err, syscall.ECONNREFUSED) {
		panic(err)
	}
	if _, err = net.DialTimeout("tcp4", "10.0.0.77:9", 200*time.Millisecond); err == nil || !err.(net.Error).Timeout() {
		panic(err)
	}
	u, err := net.Dial("udp4", "10.0.0.2:7001")
	must(err)
	u.Write([]byte("hello"))
	b := make([]byte, 100)
	n, err := u.Read(b)
	must(err)
	body := bytes.Repeat([]byte("0123456789"), 500000)
	c, err := net.Dial("tcp4", "10.0.0.2:7000")
	must(err)
	go func() { c.Write(body); c.(*net.TCPConn).CloseWrite() }()
	back, err := io.ReadAll(c)
	must(err)
	fmt.Println(string(b[:n]), bytes.Equal(body, back))
}

func main() {
	if os.Args[1] == "serve" {
		serve()
	}
	ask()
}
G
ok go build -o program main.go
hasnt 'ld-linux' readelf -l program
ip netns exec b ./program serve & server=$!
eventually test -e ready
same 'HELLO true' ip netns exec a timeout 50 ./program ask
same 'HELLO true' ip netns exec a timeout 50 ./program ask
kill $server
pass
