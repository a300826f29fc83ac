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
  static std::string receive_all(TcpSocket& s) {
    std::string out;
    while (s.readable() != 0) out += receive(s);
    return out;
  }
  TcpMibs mibs(Net& net) { return stack_->tcp().mibs(net); }
};

}  // namespace unetns

#endif  // UNETNS_SOCKET_INET_TCP_FIXTURE_H_
