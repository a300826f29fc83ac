// The hosts of inet_fixture.h, and TCP sockets on them.
#ifndef UNETNS_SOCKET_INET_TCP_FIXTURE_H_
#define UNETNS_SOCKET_INET_TCP_FIXTURE_H_

#include "socket/inet/inet_fixture.h"
#include "socket/inet/tcp_socket.h"

namespace unetns {

class TcpSocketTest : public InetSocketTest {
 protected:
  using Ptr = std::unique_ptr<TcpSocket>;
  static Ptr as_tcp(std::unique_ptr<Socket> s) { return Ptr(static_cast<TcpSocket*>(s.release())); }
  Ptr tcp(Net& net) { return as_tcp(make(net, SOCK_STREAM)); }
  Ptr listener(Net& net, uint16_t port, int backlog = 16, std::string_view address = "0.0.0.0") {
    Ptr s = tcp(net);
    EXPECT_EQ(bind(*s, address, port), 0);
    EXPECT_EQ(code(s->listen(backlog)), 0);
    return s;
  }
  // Null: none waits.
  Ptr accept(TcpSocket& l) {
    auto s = l.accept();
    return s ? as_tcp(std::move(*s)) : nullptr;
  }
  // A client in a and its server in b.
  std::pair<Ptr, Ptr> joined(uint16_t port = 7000) {
    Ptr l = listener(*b_, port);
    Ptr c = tcp(*a_);
    EXPECT_EQ(connect(*c, "10.0.2.1", port), EINPROGRESS);
    env_.settle();
    EXPECT_EQ(connect(*c, "10.0.2.1", port), 0);
    Ptr s = accept(*l);
    EXPECT_NE(s, nullptr);
    return {std::move(c), std::move(s)};
  }
  // A segment from a's network that looks like one of `from`, for b.
  void forge(std::string_view from, uint16_t port, uint16_t to, uint8_t flags = TcpFlag::kSyn,
             uint32_t seq = 1, uint32_t ack = 0, uint16_t window = 1000, size_t size = 0) {
    TcpHeader h;
    h.src_port = port;
    h.dst_port = to;
    h.seq = seq;
    h.ack = ack;
    h.flags = flags;
    h.window = window;
    Packet p = Packet::allocate(pool_, Packet::kHeadroom, TcpHeader::kMinSize + size);
    h.emit(p.head(), {});
    IpTx<V4> tx;
    tx.src = ip(from);
    tx.dst = ip("10.0.2.1");
    tx.proto = IPPROTO_TCP;
    tx.any_source = true;
    InternetSum sum = pseudo_header_sum<V4>(tx.src, tx.dst, IPPROTO_TCP,
                                            static_cast<uint32_t>(TcpHeader::kMinSize + size));
    p.add_to(sum);
    store_be16(&p.head()[16], sum.checksum());
    auto route = stack_->ip().output().route(*a_, tx);
    ASSERT_TRUE(route);
    EXPECT_TRUE(stack_->ip().output().send(*a_, tx, *route, std::move(p)));
    env_.settle();
  }
  static std::string receive_all(TcpSocket& s) {
    std::string out;
    while (s.readable() != 0) out += receive(s);
    return out;
  }
  TcpMibs mibs(Net& net) { return stack_->tcp().mibs(net); }
};

}  // namespace unetns

#endif  // UNETNS_SOCKET_INET_TCP_FIXTURE_H_
