// PacketPool: size-classed free lists of packet buffers, one per Machine. Must outlive its packets.
#ifndef UNETNS_PACKET_PACKET_POOL_H_
#define UNETNS_PACKET_PACKET_POOL_H_

#include <array>
#include <cstddef>

namespace unetns {

struct PacketBuffer;

class PacketPool {
 public:
  PacketPool() = default;
  ~PacketPool();
  PacketPool(const PacketPool&) = delete;
  PacketPool& operator=(const PacketPool&) = delete;
  size_t live() const { return live_; }      // buffers out with packets: 0 when nothing leaks
  size_t cached() const { return cached_; }  // buffers kept for reuse (bounded per class)

 private:
  friend class Packet;
  friend struct PacketBuffer;
  static constexpr size_t kClasses = 5;  // storage bytes: 384, 2304, 9728, 18432, 66560
  PacketBuffer* get(size_t storage);
  void put(PacketBuffer* b);
  std::array<PacketBuffer*, kClasses> free_{};
  std::array<size_t, kClasses> free_count_{};
  size_t live_ = 0;
  size_t cached_ = 0;
};

}  // namespace unetns

#endif  // UNETNS_PACKET_PACKET_POOL_H_
