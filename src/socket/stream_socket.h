// StreamSocket: a SOCK_STREAM socket: what Socket says, and the byte stream without copies.
#ifndef UNETNS_SOCKET_STREAM_SOCKET_H_
#define UNETNS_SOCKET_STREAM_SOCKET_H_

#include "packet/packet.h"
#include "socket/socket.h"

namespace unetns {

enum class StreamState : uint8_t {
  kFresh,       // not connected, nor listening (also after a failed connect)
  kListening,   // see accept()
  kConnecting,  // the handshake runs: POLLOUT, and error(), say how it ends
  kConnected,   // from the end of the handshake, also while either side has closed its half
  kClosed,  // was connected, and nothing more will come: reset, timed out, or both halves closed
};

// Nothing blocks. connect() gives EINPROGRESS when the handshake runs, EALREADY while it does, its
// error, or success once, when it is over; then EISCONN. send() and receive() copy, for users of
// the library; receive(): an empty Message is the end of the stream.
class StreamSocket : public Socket {
 public:
  using Socket::Socket;

  virtual StreamState state() const = 0;

  // Sending. Bytes that fit into the send buffer now; 0 also when nothing may be sent any more.
  virtual uint32_t send_room() const = 0;
  // Queues all of `data`, even what is beyond send_room(); its bytes are shared with segments.
  // `more`: MSG_MORE; `urgent`: MSG_OOB, the last byte. EPIPE (the caller gives SIGPIPE), ENOTCONN
  // (never connected), EAGAIN (still connecting), or the pending error, which is cleared.
  virtual Result<void> write(Packet data, bool more, bool urgent) = 0;
  // SO_TIMESTAMPING: whether it tells of what is sent, so that it matters where a send ends.
  virtual bool tells_sent() const { return false; }
  virtual bool has_queued_errors() const { return false; }  // for MSG_ERRQUEUE
  // The next write() ends a send, or does not. `asked`: what control messages of it say.
  virtual void next_write(bool /*ends*/, std::optional<int> /*asked*/) {}
  virtual bool send_closed() const = 0;  // shutdown for writing, or dead: writes give EPIPE
  virtual uint32_t unacked_or_unsent() const = 0;  // SIOCOUTQ
  virtual uint32_t unsent() const = 0;             // SIOCOUTQNSD

  // Receiving: the next piece in order, at most `max` bytes; null: none now (look at at_eof(),
  // error() and state()).
  virtual Packet read(size_t max) = 0;
  virtual const Packet* peek() const = 0;   // the next piece, or null
  virtual size_t readable() const = 0;      // bytes in order
  virtual bool at_eof() const = 0;          // the peer's FIN, or SHUT_RD, and all before it read
  virtual bool at_urgent_mark() const = 0;  // SIOCATMARK
  // Whether control_for() has something to say of what was just read.
  virtual bool tells_control() const { return false; }
  // When the last byte arrived that the program has read, or the one that is `ahead` behind it; 0:
  // not known.
  virtual Nanos arrival(size_t /*ahead*/) { return {}; }
  // The urgent byte (MSG_OOB): EINVAL when there is none, EAGAIN when it is still to come.
  virtual Result<uint8_t> read_urgent(bool peek) = 0;
  // Bytes that its owner took by read() and the program has not consumed yet: they are seen in
  // /proc/net/tcp, and a close() with any left is a reset. Told after each change.
  virtual void set_unconsumed(size_t bytes) = 0;

  // Connected in name only (state() as well): the SYN goes with what is written first, and
  // state() is kConnecting then.
  virtual bool is_late() const { return false; }

  virtual size_t accept_queue() const = 0;  // connections that accept() would give
  // Of an accepted connection: the peer's name also when the peer has reset it meanwhile.
  virtual Result<SockAddr> accepted_name() const { return peer_name(); }
  virtual bool was_reset() const = 0;  // the peer's RST ended it

  // The last descriptor is gone. What is queued is still sent, and SO_LINGER obeyed (time 0: RST);
  // the connection lives on without the socket, which may be destroyed at once. Destroying the
  // socket does the same.
  virtual void close() = 0;
  // For a close that lingers (SO_LINGER with a time): whether all that was sent has been acked.
  // Asked before close().
  virtual bool all_acked() const = 0;
};

}  // namespace unetns

#endif  // UNETNS_SOCKET_STREAM_SOCKET_H_
