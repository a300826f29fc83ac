// Packet: a move-only handle on one frame or datagram on its way through the stack.
//
// A linear head with headroom (headers are pushed and pulled there, all views parse it) and, behind
// it, refcounted payload fragments that are shared and never copied on the way. Buffers come from a
// PacketPool; in the steady state nothing is allocated per packet.
#ifndef UNETNS_PACKET_PACKET_H_
#define UNETNS_PACKET_PACKET_H_

#include <cstddef>
#include <cstdint>
#include <span>

#include "base/bytes.h"
#include "base/checksum.h"
#include "env/clock.h"

namespace unetns {

class NetDevice;
class PacketPool;
struct PacketBuffer;  // pooled: metadata in its first cache line, then the linear bytes

enum class PacketType : uint8_t {
  kHost = 0,
  kBroadcast = 1,
  kMulticast = 2,
  kOtherHost = 3,
  kOutgoing = 4,
  kLoopback = 5
};  // PACKET_* of packet(7)

enum class ChecksumState : uint8_t {
  kNone,         // must be verified in software
  kUnnecessary,  // known good: never left this machine, or verified
  kPartial,      // to be filled in when it leaves this machine: csum_start/csum_offset say where
};

// One cache line, plain data, copied by clone().
struct PacketMeta {
  NetDevice* dev = nullptr;  // receiving or sending device; the packet's Net follows from it
  uint32_t mark = 0;         // SO_MARK
  uint32_t priority = 0;     // SO_PRIORITY
  uint16_t protocol = 0;     // ethertype, host order
  uint16_t mac_offset = 0;   // offsets from the start of the buffer's storage; 0 when unset
  uint16_t network_offset = 0;
  uint16_t transport_offset = 0;
  PacketType type = PacketType::kHost;
  ChecksumState checksum = ChecksumState::kNone;
  uint8_t hops = 0;         // devices passed since it was born: a loop guard
  uint8_t flags = 0;        // kFlag*
  uint16_t gso_size = 0;    // payload per segment; 0: not GSO
  uint16_t csum_start = 0;  // like the offsets above
  uint16_t csum_offset = 0;
  Nanos tstamp{};   // realtime of reception or transmission; 0 unset
  int32_t iif = 0;  // ifindex it came in by, for sockets (survives redirection to lo)

  // What a piece of a packet has of the whole: all but offsets, checksum and segments.
  void inherit(const PacketMeta& whole) {
    dev = whole.dev;
    mark = whole.mark;
    priority = whole.priority;
    protocol = whole.protocol;
    type = whole.type;
    hops = whole.hops;
    flags = whole.flags;
    tstamp = whole.tstamp;
    iif = whole.iif;
  }

  static constexpr uint8_t kForwarded = 1;  // passes through; not from a local socket
  static constexpr uint8_t kReassembled = 2;
  static constexpr uint8_t kDontFragment = 4;
};

class Packet {
 public:
  Packet() = default;
  ~Packet();
  Packet(Packet&& o) noexcept : buf_(o.buf_) { o.buf_ = nullptr; }
  Packet& operator=(Packet&& o) noexcept;
  Packet(const Packet&) = delete;
  Packet& operator=(const Packet&) = delete;

  // A packet of `size` uninitialised linear bytes behind `headroom`. Never fails (the pool grows,
  // bounded by socket and queue limits above it). size <= 65535 + 64.
  static Packet allocate(PacketPool& pool, size_t headroom, size_t size);
  static Packet copy_of(PacketPool& pool, Bytes data, size_t headroom = kHeadroom);
  static constexpr size_t kHeadroom = 128;  // enough for Ethernet + tunnels

  explicit operator bool() const { return buf_ != nullptr; }
  PacketMeta& meta();
  const PacketMeta& meta() const;

  // The linear head: from the present front to the end of the linear bytes.
  MutableBytes head();
  Bytes head() const;
  size_t size() const;  // linear + fragments
  size_t headroom() const;
  bool is_linear() const;

  MutableBytes push(
      size_t n);  // grows the front by n (reallocates if headroom is short); returns the new bytes
  void pull(size_t n);            // drops n bytes from the front; requires n <= head().size()
  void trim(size_t size);         // cuts the end so that size() == size
  MutableBytes append(size_t n);  // grows the linear end (only when linear)
  // Makes at least n bytes linear at the front; false when the packet is shorter.
  bool ensure_linear(size_t n);
  void linearize() { ensure_linear(size()); }

  // Offsets as spans: from that layer's header to the end of the linear head.
  void set_mac_here();  // the present front is the start of the MAC header
  void set_network_here();
  void set_transport_here();
  MutableBytes mac();
  MutableBytes network();
  MutableBytes transport();
  Bytes mac() const;
  Bytes network() const;
  Bytes transport() const;
  // Moves the front back to the MAC / network header (after pulls).
  void front_to_mac();
  void front_to_network();

  // Fragments: shares `bytes` of `from` (its linear head and fragments from offset on) behind this
  // one. Nobody may write to shared bytes: call ensure_writable() first where sharing is possible.
  // What lies before them in the head of `from` (its headers) stays its own.
  void append_shared(const Packet& from, size_t offset, size_t bytes);
  // Makes the first n bytes linear and this packet's own; false when the packet is shorter.
  bool ensure_writable(size_t n);

  // Own head, shared fragments, same meta. Of a large linear head only the headers are copied.
  Packet clone() const;
  void copy_to(MutableBytes out, size_t offset = 0) const;  // min(out, size-offset) bytes
  ByteVector to_vector() const;
  // Where the bytes from `offset` on lie, for gathered writes: fills `out` as far as they go;
  // returns how many spans.
  size_t pieces(std::span<Bytes> out, size_t offset = 0) const;

  // Adds up to n bytes from offset on to a checksum, across fragments.
  void add_to(InternetSum& sum, size_t offset = 0, size_t n = SIZE_MAX) const;
  // kPartial: completes the checksum that starts at meta().csum_start and runs to the end of the
  // packet; its field holds the folded sum of the pseudo header. The state is kUnnecessary
  // afterwards. False, and nothing done, when the field lies outside of the linear head.
  bool complete_checksum();
  // Memory that this packet keeps, shared buffers counted in whole: what queues and sockets
  // account.
  size_t footprint() const;

 private:
  friend class PacketPool;
  static constexpr size_t kCloneHead =
      256;  // header bytes copied from a head longer than kCloneCopy
  static constexpr size_t kCloneCopy = 2048;
  explicit Packet(PacketBuffer* b) : buf_(b) {}
  uint32_t first_offset() const;
  void relocate(size_t headroom, size_t tailroom, uint32_t keep_from);
  uint16_t here();
  MutableBytes from_offset(uint16_t offset) const;
  PacketBuffer* buf_ = nullptr;
};

}  // namespace unetns

#endif  // UNETNS_PACKET_PACKET_H_
