// TcpConnection: one TCP connection (RFC 9293) as a state machine without I/O. Segments, calls and
// time come in; segments, a deadline and readiness go out. Knows no addresses, so it serves every
// family.
#ifndef UNETNS_INET_TCP_CONNECTION_H_
#define UNETNS_INET_TCP_CONNECTION_H_

#include <linux/tcp.h>

#include <memory>
#include <optional>

struct tcp_info;  // of <linux/tcp.h>

#include "base/result.h"
#include "inet/tcp/tcp_info_tail.h"
#include "inet/tcp/tcp_types.h"
#include "inet/tcp/time_wait.h"

namespace unetns {

class CongestionControl;  // congestion.h

//
// The owner counts PassiveOpens, InSegs, OutSegs and CurrEstab; the connection all else, the RSTs
// it sends itself included (OutRsts). TcpHost::tcp_send is called with the connection's state in
// order, but what it answers must not come back in before the call that caused it has returned.
class TcpConnection {
 public:
  struct Parts {
    TcpHost& host;
    PacketPool& packets;
    const TcpSettings& settings;  // of the socket; must outlive the connection
  };
  // ip_overhead: the size of the IP header, options included (20, 40 …).
  // An active open: connect() sends the SYN.
  static std::unique_ptr<TcpConnection> active(const Parts& parts, uint32_t iss, uint32_t path_mtu,
                                               uint32_t ip_overhead,
                                               std::unique_ptr<CongestionControl> control,
                                               uint32_t ts_offset = 0);
  // A connection whose handshake a listener finished; the segment that finished it is given to
  // segment() next.
  static std::unique_ptr<TcpConnection> passive(const Parts& parts, Nanos now,
                                                const TcpNegotiated& agreed, uint32_t path_mtu,
                                                uint32_t ip_overhead,
                                                std::unique_ptr<CongestionControl> control);
  // TCP Fast Open (RFC 7413 §4.2): a SYN whose cookie was good. The connection is in SYN-RECV with
  // the data of the SYN to be read; connect() sends the SYN-ACK.
  static std::unique_ptr<TcpConnection> passive_fastopen(const Parts& parts, Nanos now,
                                                         const TcpNegotiated& agreed,
                                                         uint32_t path_mtu, uint32_t ip_overhead,
                                                         std::unique_ptr<CongestionControl> control,
                                                         Packet syn_data, bool syn_had_fin);
  // What it may hold, each way, however short memory is (the smallest of tcp_rmem and tcp_wmem).
  static constexpr uint32_t kLeastBuffer = 4096;
  virtual ~TcpConnection() = default;

  // Sends the SYN.
  virtual void connect(Nanos now) = 0;
  // TCP Fast Open: the SYN carries the cookie and as much of `data` as fits; without a cookie it
  // asks for one. With TcpHost::tcp_fastopen_cookie. Returns how much of `data` was taken.
  struct FastOpen {
    std::optional<Bytes> cookie;  // null: the server needs none
    uint16_t peer_mss = 0;        // as the peer told it the last time; 0: not known
    bool whole = true;            // what the SYN does not take follows the handshake
  };
  virtual uint32_t connect_fastopen(Nanos now, const FastOpen& how, Packet data) = 0;
  // In SYN-SENT, but nothing is sent before connect_fastopen().
  virtual void connect_late() = 0;
  // Why it was not taken, if it was not; its payload is still there then.
  [[nodiscard]] virtual std::optional<DropReason> segment(Nanos now, TcpSegmentIn&& segment) = 0;
  virtual std::optional<Nanos> deadline() const = 0;  // when timer() wants to be called
  virtual void timer(Nanos now) = 0;

  // Sending. The packet's bytes are queued as they are and shared with segments, never copied.
  virtual uint32_t send_room() const = 0;  // bytes; 0: the buffer is full
  virtual void write(Nanos now, Packet data, bool more, bool urgent) = 0;
  virtual void push(Nanos now) = 0;                // cork or settings changed: send what may go
  virtual uint32_t unsent() const = 0;             // bytes not yet sent (SIOCOUTQNSD)
  virtual uint32_t unacked_or_unsent() const = 0;  // SIOCOUTQ
  // Sequence numbers: of the next byte that is written, and of the first that is not acknowledged.
  virtual uint32_t write_seq() const = 0;
  virtual uint32_t acked_seq() const = 0;
  // Receiving, in order: the next piece of data, at most max bytes; null: none now. A piece ends
  // before the urgent mark: who must not read across it looks at at_urgent_mark() in between.
  virtual Packet read(Nanos now, size_t max) = 0;
  virtual size_t readable() const = 0;       // bytes in order (SIOCINQ)
  virtual const Packet* peek() const = 0;    // the next piece, or null
  virtual bool peer_closed() const = 0;      // FIN received and all data before it read
  virtual void rmem_changed(Nanos now) = 0;  // the owner read elsewhere: window may open

  virtual void shutdown_send(Nanos now) = 0;  // FIN after what is queued
  virtual void stop_reading() = 0;            // SHUT_RD
  // The last descriptor is gone: FIN, or RST when data is unread. The connection goes on as an
  // orphan until dead().
  virtual void close(Nanos now) = 0;
  virtual void abort(Nanos now) = 0;  // RST (SO_LINGER 0, or killed)
  // Ends at once, without a segment, with a pending error.
  virtual void kill(int err) = 0;
  virtual bool dead() const = 0;  // nothing more will happen; may be destroyed
  // In TIME-WAIT, and in FIN-WAIT-2 of an orphan: what goes on in its place, small. The owner may
  // take it and destroy the connection.
  virtual std::optional<TcpTimeWait> time_wait(Nanos now) const = 0;

  virtual TcpState state() const = 0;
  virtual int take_error() = 0;  // pending error (ECONNRESET, ETIMEDOUT …), cleared
  virtual int error() const = 0;
  virtual int take_soft_error() = 0;        // of ICMP: one that did not end the connection
  virtual uint32_t poll() const = 0;        // POLL* as tcp(7) and poll(2) say
  virtual bool at_urgent_mark() const = 0;  // SIOCATMARK
  // The urgent byte, out of line: EINVAL when there is none, EAGAIN when it is still to come.
  virtual Result<uint8_t> read_urgent(bool peek) = 0;

  virtual void settings_changed(Nanos now) = 0;
  virtual void set_control(std::unique_ptr<CongestionControl> control, Nanos now) = 0;
  virtual void path_mtu(Nanos now, uint32_t mtu) = 0;  // told by ICMP, or the route changed
  // Whether a segment that starts there may be under way: else an ICMP error that quotes it is
  // forged, or too old (RFC 5927 §4.1).
  virtual bool in_flight(uint32_t seq) const = 0;
  virtual void icmp_error(Nanos now, int err, bool hard, uint32_t quoted_seq) = 0;
  virtual void fill_info(Nanos now, struct ::tcp_info& info) const = 0;
  virtual ByteVector congestion_info() const = 0;  // TCP_CC_INFO
  virtual TcpInfoTail info_tail(Nanos now) const = 0;
  virtual uint32_t rcvbuf() const = 0;  // as they have grown (SO_RCVBUF, SO_SNDBUF)
  virtual uint32_t sndbuf() const = 0;
  virtual size_t memory() const = 0;    // bytes held, buffers included
  virtual size_t buffered() const = 0;  // bytes of data in its queues; cheap
};

}  // namespace unetns

#endif  // UNETNS_INET_TCP_CONNECTION_H_
