#include "inet/ip/fragment.h"

#include <algorithm>

#include "inet/ip/ip_options.h"

namespace unetns {

template <class F>
Fragmenter<F>::Fragmenter(PacketPool& pool, Packet packet, uint32_t mtu)
    : pool_(pool), packet_(std::move(packet)), mtu_(mtu) {
  if (!packet_.ensure_linear(IpWire<F>::kMinHeader)) return;
  packet_.ensure_linear(std::min<size_t>(packet_.size(), 60));
  auto header = IpWire<F>::parse_quoted(packet_.head());
  if (!header || header->dont_fragment || (packet_.meta().flags & PacketMeta::kDontFragment))
    return;
  header_ = *header;
  if (mtu_ < header_.header_len + 8u || packet_.size() <= header_.header_len) return;
  if (!packet_.complete_checksum()) return;
  const Bytes options =
      packet_.head().subspan(IpWire<F>::kMinHeader, header_.header_len - IpWire<F>::kMinHeader);
  options_.assign(options.begin(), options.end());
  later_options_ = copied_options(options);
  payload_ = static_cast<uint32_t>(packet_.size() - header_.header_len);
  possible_ = true;
}

template <class F>
Packet Fragmenter<F>::next() {
  if (!possible_ || at_ >= payload_) return {};
  const ByteVector& options = at_ == 0 ? options_ : later_options_;
  IpHeaderFacts<F> h = header_;
  h.header_len = static_cast<uint16_t>(IpWire<F>::kMinHeader + options.size());
  const uint32_t room = (mtu_ - h.header_len) & ~7u;
  const uint32_t left = payload_ - at_;
  const bool last = left <= mtu_ - h.header_len;
  const uint32_t size = last ? left : std::min(room, left);
  h.total_len = static_cast<uint16_t>(h.header_len + size);
  h.fragment_offset = static_cast<uint16_t>(header_.fragment_offset + at_);
  h.more_fragments = header_.more_fragments || !last;

  Packet piece = Packet::allocate(pool_, Packet::kHeadroom, h.header_len);
  IpWire<F>::emit(piece.head(), h, options);
  piece.append_shared(packet_, header_.header_len + at_, size);
  const PacketMeta& from = packet_.meta();
  piece.meta().inherit(from);
  piece.meta().checksum =
      from.checksum == ChecksumState::kNone ? ChecksumState::kNone : ChecksumState::kUnnecessary;
  piece.set_network_here();
  at_ += size;
  return piece;
}

template class Fragmenter<V4>;

}  // namespace unetns
