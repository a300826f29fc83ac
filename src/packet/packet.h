// Packet: a move-only handle on one frame or datagram on its way through the stack.
//
// A linear head with headroom (headers are pushed and pulled there, all views parse it) and, behind
// it, refcounted payload fragments that are shared and never copied on the way. Buffers come from a
// PacketPool; in the steady state nothing is allocated per packet.
#ifndef UNETNS_PACKET_PACKET_H_
#define UNETNS_PACKET_PACKET_H_

#include <cassert>
#include <cstddef>
#include <cstdint>
#include <span>

#include "base/bytes.h"
#include "base/checksum.h"
#include "packet/packet_buffer.h"

namespace unetns {

class Packet {
 public:
  Packet() = default;
  ~Packet() {
    if (buf_) release();
  }
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
  bool ensure_linear(size_t n) { return n <= head().size() || gather(n); }
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
  void release();
  bool gather(size_t n);
  void lower_front();  // so that offsets of it fit into 16 bits
  uint32_t first_offset() const;
  void relocate(size_t headroom, size_t tailroom, uint32_t keep_from);
  uint16_t here();
  MutableBytes from_offset(uint16_t offset) const;
  PacketBuffer* buf_ = nullptr;
};

// ---- what every layer asks of every packet

inline PacketMeta& Packet::meta() { return buf_->meta; }
inline const PacketMeta& Packet::meta() const { return buf_->meta; }
inline MutableBytes Packet::head() {
  return {buf_->storage() + buf_->front, buf_->end - buf_->front};
}
inline Bytes Packet::head() const {
  return {buf_->storage() + buf_->front, buf_->end - buf_->front};
}
inline size_t Packet::size() const {
  return buf_->end - buf_->front + size_t{buf_->fragment_bytes};
}
inline size_t Packet::headroom() const { return buf_->front - PacketBuffer::kGuard; }
inline bool Packet::is_linear() const { return buf_->fragment_count == 0; }

inline void Packet::pull(size_t n) {
  const uint32_t linear = buf_->end - buf_->front;
  assert(n <= linear);
  buf_->front += n < linear ? static_cast<uint32_t>(n) : linear;
}

inline uint16_t Packet::here() {
  if (buf_->front > 0xffff) lower_front();
  return static_cast<uint16_t>(buf_->front);
}
inline void Packet::set_mac_here() {
  const uint16_t at = here();
  buf_->meta.mac_offset = at;
}
inline void Packet::set_network_here() {
  const uint16_t at = here();
  buf_->meta.network_offset = at;
}
inline void Packet::set_transport_here() {
  const uint16_t at = here();
  buf_->meta.transport_offset = at;
}
inline void Packet::front_to_mac() {
  const uint16_t o = buf_->meta.mac_offset;
  if (o && o <= buf_->end) buf_->front = o;
}
inline void Packet::front_to_network() {
  const uint16_t o = buf_->meta.network_offset;
  if (o && o <= buf_->end) buf_->front = o;
}

}  // namespace unetns

#endif  // UNETNS_PACKET_PACKET_H_
