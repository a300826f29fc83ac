// PacketBatch: packets that travel together, run to completion.
#ifndef UNETNS_PACKET_PACKET_BATCH_H_
#define UNETNS_PACKET_PACKET_BATCH_H_

#include <vector>

#include "packet/packet.h"

namespace unetns {

class PacketBatch {
 public:
  void push_back(Packet p) { packets_.push_back(std::move(p)); }
  size_t size() const { return packets_.size(); }
  bool empty() const { return packets_.empty(); }
  Packet& operator[](size_t i) { return packets_[i]; }
  auto begin() { return packets_.begin(); }
  auto end() { return packets_.end(); }
  void clear() { packets_.clear(); }  // keeps the storage
  void swap(PacketBatch& o) { packets_.swap(o.packets_); }

 private:
  std::vector<Packet> packets_;
};

}  // namespace unetns

#endif  // UNETNS_PACKET_PACKET_BATCH_H_
