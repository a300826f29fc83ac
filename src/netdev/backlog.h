// The frames that wait to be received, over all devices of a Machine: a bounded ring that grows to
// what is needed.
#ifndef UNETNS_NETDEV_BACKLOG_H_
#define UNETNS_NETDEV_BACKLOG_H_

#include <cstddef>
#include <utility>
#include <vector>

#include "packet/packet.h"

namespace unetns {

class Backlog {
 public:
  static constexpr size_t kLimit = 4096;  // frames
  struct Item {
    NetDevice* dev = nullptr;  // null: flushed
    Packet frame;
  };

  bool empty() const { return count_ == 0; }
  size_t size() const { return count_; }
  bool full() const { return count_ == kLimit; }
  void push(NetDevice& dev, Packet frame) {  // requires !full()
    if (count_ == ring_.size()) grow();
    Item& item = ring_[(head_ + count_++) & (ring_.size() - 1)];
    item.dev = &dev;
    item.frame = std::move(frame);
  }
  Item pop() {  // requires !empty()
    Item item = std::move(ring_[head_]);
    head_ = (head_ + 1) & (ring_.size() - 1);
    --count_;
    return item;
  }
  // The frames of one device, taken out.
  template <class Fn>
  void flush(const NetDevice& dev, Fn&& fn) {
    for (size_t i = 0; i < count_; i++) {
      Item& item = ring_[(head_ + i) & (ring_.size() - 1)];
      if (item.dev != &dev) continue;
      item.dev = nullptr;
      fn(std::move(item.frame));
    }
  }

 private:
  void grow() {
    std::vector<Item> bigger(ring_.empty() ? 64 : ring_.size() * 2);  // a power of two
    for (size_t i = 0; i < count_; i++)
      bigger[i] = std::move(ring_[(head_ + i) & (ring_.size() - 1)]);
    ring_.swap(bigger);
    head_ = 0;
  }

  std::vector<Item> ring_;
  size_t head_ = 0, count_ = 0;
};

}  // namespace unetns

#endif  // UNETNS_NETDEV_BACKLOG_H_
