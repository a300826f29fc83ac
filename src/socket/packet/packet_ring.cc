#include "socket/packet/packet_ring.h"

#include <algorithm>
#include <atomic>
#include <functional>

#include "socket/packet/ring_frame.h"

namespace unetns {
namespace {

constexpr uint32_t kPage = 4096;

// TPACKET_V1 and TPACKET_V2: slots of one size, a frame each.
class SlotRing final : public PacketRing {
 public:
  SlotRing(const RingGeometry& geometry, MutableBytes memory)
      : geometry_(geometry), memory_(memory) {}

  bool put(const RingFrame& frame) override {
    const MutableBytes slot = ring_slot(geometry_, memory_, next_);
    if (load_status(slot, geometry_.version) != TP_STATUS_KERNEL) return false;
    const FrameLayout layout = FrameLayout::of(geometry_, frame, geometry_.frame_size);
    if (layout.network > UINT16_MAX) return false;
    write_frame(slot, geometry_, frame, layout);
    publish_status(slot, geometry_.version, frame.status);
    last_ = next_;
    next_ = (next_ + 1) % geometry_.frame_nr;
    return true;
  }
  bool readable() const override {
    return load_status(ring_slot(geometry_, memory_, last_), geometry_.version) != TP_STATUS_KERNEL;
  }

 private:
  RingGeometry geometry_;
  MutableBytes memory_;
  uint32_t next_ = 0, last_ = 0;
};

// TPACKET_V3: blocks of frames, given to the program when they are full or old.
class BlockRing final : public PacketRing {
 public:
  BlockRing(const RingGeometry& geometry, MutableBytes memory, TimerQueue& timers,
            const Clock& clock, std::function<void()> on_readable)
      : geometry_(geometry),
        memory_(memory),
        clock_(clock),
        on_readable_(std::move(on_readable)),
        timer_(timers, [this] { expired(); }) {
    open();
  }

  bool put(const RingFrame& frame) override {
    if (frozen_ && !open()) return false;
    const uint32_t first = kBlockHeader + aligned8(geometry_.priv);
    const FrameLayout layout = FrameLayout::of(geometry_, frame, geometry_.block_size - first);
    if (layout.network > UINT16_MAX) return false;
    const uint32_t size = aligned8(layout.data + layout.snap);
    if (used_ + size > geometry_.block_size) {
      close(0, frame.time);
      if (!open()) return false;
    }
    const MutableBytes at = block(current_).subspan(used_);
    write_frame(at, geometry_, frame, layout);
    store_at(at, offsetof(tpacket3_hdr, tp_next_offset), size);
    store_at(at, offsetof(tpacket3_hdr, tp_status), frame.status);
    if (count_++ == 0) {
      first_time_ = frame.time;
      timer_.arm_in(geometry_.retire_after);
    }
    last_time_ = frame.time;
    last_frame_ = used_;
    used_ += size;
    return true;
  }
  bool readable() const override {
    const uint32_t before =
        (current_ + geometry_.block_nr - (frozen_ ? 0 : 1)) % geometry_.block_nr;
    return status(before) != TP_STATUS_KERNEL;
  }
  uint32_t freezes() override { return std::exchange(freezes_, 0u); }

 private:
  static constexpr size_t kHeader = offsetof(tpacket_block_desc, hdr);
  static constexpr uint32_t aligned8(uint32_t n) { return (n + 7) & ~7u; }
  static constexpr uint32_t kBlockHeader = (sizeof(tpacket_block_desc) + 7) & ~7u;

  MutableBytes block(uint32_t i) const {
    return memory_.subspan(size_t{i} * geometry_.block_size, geometry_.block_size);
  }
  std::atomic_ref<uint32_t> status_word(uint32_t i) const {
    return std::atomic_ref<uint32_t>(*reinterpret_cast<uint32_t*>(
        block(i).data() + kHeader + offsetof(tpacket_hdr_v1, block_status)));
  }
  uint32_t status(uint32_t i) const { return status_word(i).load(std::memory_order_acquire); }

  // Begins to fill the current block; false: the program still has it.
  bool open() {
    if (status(current_) != TP_STATUS_KERNEL) {
      if (!frozen_) ++freezes_;
      frozen_ = true;
      return false;
    }
    frozen_ = false;
    const MutableBytes b = block(current_);
    tpacket_block_desc description{};
    description.version = TPACKET_V3;
    description.offset_to_priv = kBlockHeader;
    description.hdr.bh1.offset_to_first_pkt = kBlockHeader + aligned8(geometry_.priv);
    description.hdr.bh1.seq_num = ++sequence_;
    std::memcpy(b.data(), &description, sizeof description);
    used_ = description.hdr.bh1.offset_to_first_pkt;
    count_ = 0;
    return true;
  }

  // Gives the block to the program and goes on to the next.
  void close(uint32_t why, Nanos now) {
    const MutableBytes b = block(current_);
    tpacket_hdr_v1 header{};
    header.num_pkts = count_;
    header.offset_to_first_pkt = kBlockHeader + aligned8(geometry_.priv);
    header.blk_len = used_;
    header.seq_num = sequence_;
    const auto stamp = [](Nanos t) {
      tpacket_bd_ts out{};
      out.ts_sec = static_cast<uint32_t>(t.count() / 1'000'000'000);
      out.ts_nsec = static_cast<uint32_t>(t.count() % 1'000'000'000);
      return out;
    };
    header.ts_first_pkt = stamp(count_ ? first_time_ : now);
    header.ts_last_pkt = stamp(count_ ? last_time_ : now);
    if (count_) store_at(b, last_frame_ + offsetof(tpacket3_hdr, tp_next_offset), uint32_t{0});
    std::memcpy(b.data() + kHeader, &header, sizeof header);
    status_word(current_).store(TP_STATUS_USER | why, std::memory_order_release);
    current_ = (current_ + 1) % geometry_.block_nr;
    timer_.disarm();
    on_readable_();
  }

  void expired() {
    close(TP_STATUS_BLK_TMO, clock_.realtime());
    open();
  }

  RingGeometry geometry_;
  MutableBytes memory_;
  const Clock& clock_;
  std::function<void()> on_readable_;
  Timer timer_;
  uint32_t current_ = 0, used_ = 0, count_ = 0, last_frame_ = 0, freezes_ = 0;
  uint64_t sequence_ = 0;
  Nanos first_time_{}, last_time_{};
  bool frozen_ = false;
};

}  // namespace

Result<uint32_t> ring_header_length(int version) {
  switch (version) {
    case TPACKET_V1:
      return static_cast<uint32_t>(TPACKET_HDRLEN);
    case TPACKET_V2:
      return static_cast<uint32_t>(TPACKET2_HDRLEN);
    case TPACKET_V3:
      return static_cast<uint32_t>(TPACKET3_HDRLEN);
    default:
      return fail(EINVAL);
  }
}

Result<RingGeometry> parse_ring_request(Bytes value, int version, uint32_t reserve,
                                        bool receiving) {
  constexpr uint64_t kMost = uint64_t{1} << 28;  // bytes of one ring
  const bool blocks = version == TPACKET_V3 && receiving;
  const size_t size = version == TPACKET_V3 ? sizeof(tpacket_req3) : sizeof(tpacket_req);
  if (value.size() < size) return fail(EINVAL);
  tpacket_req3 req{};
  std::memcpy(&req, value.data(), size);
  RingGeometry out;
  out.version = version;
  out.reserve = reserve;
  if (req.tp_block_nr == 0) {
    if (req.tp_frame_nr != 0) return fail(EINVAL);
    return out;
  }
  UNETNS_ASSIGN(const uint32_t header, ring_header_length(version));
  if (version == TPACKET_V3 && !receiving &&
      (req.tp_retire_blk_tov != 0 || req.tp_sizeof_priv != 0 || req.tp_feature_req_word != 0))
    return fail(EINVAL);
  const uint64_t least = uint64_t{header} + reserve;
  if (req.tp_block_size == 0 || req.tp_block_size > INT32_MAX || req.tp_block_size % kPage != 0)
    return fail(EINVAL);
  constexpr uint64_t kBlockHeader = sizeof(tpacket_block_desc);
  if (blocks &&
      req.tp_block_size < kBlockHeader + ((uint64_t{req.tp_sizeof_priv} + 7) & ~7ull) + least)
    return fail(EINVAL);
  if (req.tp_frame_size < least || req.tp_frame_size % TPACKET_ALIGNMENT != 0) return fail(EINVAL);
  const uint64_t per_block = req.tp_block_size / req.tp_frame_size;
  if (per_block == 0 || per_block * req.tp_block_nr != req.tp_frame_nr) return fail(EINVAL);
  if (uint64_t{req.tp_block_size} * req.tp_block_nr > kMost) return fail(ENOMEM);
  out.block_size = req.tp_block_size;
  out.block_nr = req.tp_block_nr;
  out.frame_size = req.tp_frame_size;
  out.frame_nr = req.tp_frame_nr;
  out.priv = req.tp_sizeof_priv;
  constexpr uint32_t kDefaultRetire = 8;  // ms, of devices whose speed is not known
  out.retire_after =
      std::chrono::milliseconds(req.tp_retire_blk_tov ? req.tp_retire_blk_tov : kDefaultRetire);
  return out;
}

std::unique_ptr<PacketRing> PacketRing::create(const RingGeometry& geometry, MutableBytes memory,
                                               TimerQueue& timers, const Clock& clock,
                                               std::function<void()> on_readable) {
  if (geometry.version == TPACKET_V3)
    return std::make_unique<BlockRing>(geometry, memory, timers, clock, std::move(on_readable));
  return std::make_unique<SlotRing>(geometry, memory);
}

}  // namespace unetns
