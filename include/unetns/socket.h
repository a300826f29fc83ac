// Sockets of a namespace: DatagramSocket (udp(7), icmp(7), raw(7)), TcpStream and TcpListener
// (tcp(7)).
//
// Nothing blocks. What can't be done now fails with EAGAIN; when that changes, the function given
// to on_event() is called, from the world's loop and never from inside of another call. It is
// level-triggered in spirit: look at poll() or try again. It may use, or destroy, this and any
// other socket.
//
// A socket is owned by its object, keeps its namespace alive, and is closed when the object is
// destroyed. A stream's bytes that are still queued are sent after that (close(2)). Sockets move
// and are not copied. Errors are those of the same calls in Linux (socket(2), send(2), recv(2) …),
// given once where Linux gives them once.
#ifndef UNETNS_SOCKET_H_
#define UNETNS_SOCKET_H_

#include <cstdint>
#include <functional>
#include <memory>

#include "env/clock.h"
#include "unetns/address.h"
#include "unetns/netns.h"

namespace unetns {

class Packet;
struct SocketState;

// What all sockets have.
class BasicSocket {
 public:
  BasicSocket(BasicSocket&&) noexcept;
  BasicSocket& operator=(BasicSocket&&) noexcept;
  ~BasicSocket();

  Result<SocketAddress> local() const;
  Result<SocketAddress> remote() const;  // ENOTCONN
  uint32_t poll() const;                 // POLLIN, POLLOUT, POLLERR, POLLHUP … (poll(2))
  bool readable()
      const;  // receive(), read() or accept() would give something, an error or the end included
  bool writable() const;
  int take_error();  // SO_ERROR: the pending errno, or 0; cleared
  // Replaces the function of before; an empty one ends it. It is also called once soon, for what
  // has happened already.
  void on_event(std::function<void()> call);

  // Any option of setsockopt(2), as the bytes that it takes; and the common case, an int.
  // ENOPROTOOPT, EINVAL …
  Result<void> set_option(int level, int name, Bytes value);
  Result<void> set_option(int level, int name, int value);
  Result<ByteVector> get_option(int level, int name, size_t max = 256) const;

 protected:
  explicit BasicSocket(std::shared_ptr<SocketState> state);
  std::shared_ptr<SocketState> state_;
};

struct Datagram {
  ByteVector data;  // of raw IPv4 sockets with the IP header (raw(7))
  SocketAddress from;
  IpAddress to;          // the destination in its header
  int device_index = 0;  // the device it came by
  uint8_t ttl = 0, tos = 0;
  Nanos when{};  // World::wall_time() of its arrival
};

class DatagramSocket : public BasicSocket {
 public:
  // `family`: AF_INET, or AF_INET6, which carries IPv4: addresses are ::ffff:a.b.c.d.
  static Result<DatagramSocket> udp(const Netns& netns, int family = 2);
  // Bound at once; port 0 takes a free one. EADDRINUSE, EADDRNOTAVAIL.
  static Result<DatagramSocket> udp(const Netns& netns, const SocketAddress& local);
  static Result<DatagramSocket> raw(const Netns& netns, int family, uint8_t protocol);

  Result<void> bind(const SocketAddress& local);
  Result<void> connect(const SocketAddress& remote);
  // A whole datagram. EAGAIN: no room in the send buffer; EMSGSIZE, ENETUNREACH, ECONNREFUSED (of
  // an earlier one) …
  Result<void> send(Bytes data);  // to the connected peer. EDESTADDRREQ
  Result<void> send_to(Bytes data, const SocketAddress& to);
  Result<Datagram> receive();  // EAGAIN: none is there

 private:
  using BasicSocket::BasicSocket;
};

class TcpStream : public BasicSocket {
 public:
  // Begins to connect; the handshake needs the world to run. Ends with connected(), or with an
  // error (take_error(), write()).
  static Result<TcpStream> connect(const Netns& netns, const SocketAddress& remote);
  static Result<TcpStream> connect(const Netns& netns, const SocketAddress& remote,
                                   const SocketAddress& local);

  bool connected()
      const;  // from the end of the handshake until both directions are shut, or it failed

  // Takes as much of `data` as the send buffer has room for: how much. EAGAIN: none, or still
  // connecting; EPIPE, ECONNRESET, ETIMEDOUT, ECONNREFUSED …
  Result<size_t> write(Bytes data);
  // Copies what has arrived, at most out.size() bytes: how many. 0: the end of the stream. EAGAIN:
  // nothing is there.
  Result<size_t> read(MutableBytes out);
  // The peer reads the end after what is queued. Again: nothing more.
  Result<void> shutdown_write();
  size_t unsent() const;          // bytes that the peer has not acknowledged yet

  // The same without copying (packet/packet.h): bytes are shared with the segments that carry them.
  // write() queues the whole packet, also beyond the room in the buffer; read() gives a null packet
  // when nothing is there.
  size_t send_room() const;
  Result<void> write(Packet packet);
  Packet read(size_t max);
  bool at_end() const;  // the peer has shut its direction, and all of it was read

 private:
  friend class TcpListener;
  using BasicSocket::BasicSocket;
};

class TcpListener : public BasicSocket {
 public:
  // Port 0 takes a free one: ask local(). EADDRINUSE, EADDRNOTAVAIL.
  static Result<TcpListener> listen(const Netns& netns, const SocketAddress& local,
                                    int backlog = 128);
  Result<TcpStream> accept();  // EAGAIN: none is there

 private:
  using BasicSocket::BasicSocket;
};

}  // namespace unetns

#endif  // UNETNS_SOCKET_H_
