// Net: one network namespace. The one place where a stack's state hangs.
#ifndef UNETNS_NETNS_NET_H_
#define UNETNS_NETNS_NET_H_

#include <array>
#include <cstdint>
#include <memory>
#include <utility>

#include "base/bytes.h"
#include "env/env.h"
#include "netns/pernet.h"
#include "packet/drop_reason.h"
#include "packet/packet.h"

namespace unetns {

class NetRegistry;

// Two counts, as struct net has: `count` decides when the namespace dies (NetRef: processes,
// sockets, handles, names); `passive` keeps the memory alone (NetPassiveRef). Not thread-safe: a
// Machine runs on one thread.
class Net {
 public:
  Net(const Net&) = delete;
  Net& operator=(const Net&) = delete;

  uint64_t id() const { return id_; }  // 1, 2, …; never used again within its registry
  NetRegistry& registry() const { return registry_; }
  const Env& env() const;
  bool is_init() const { return id_ == 1; }
  bool alive() const { return count_ > 0; }  // false from the last put on
  bool exiting() const { return exiting_; }  // from the first pre_exit on
  // Whether that module serves this namespace: a first_net_only() one is absent from all but the
  // first. Requires that the module is registered.
  bool present(const PernetOperations& ops) const { return is_init() || !ops.first_net_only(); }

  // The module's private state. `id` must come from this Net's registry.
  template <class T>
  T& get(PernetId<T> id) const {
    return *static_cast<T*>(slots_[id.slot]);
  }

  // Counts a dead packet and frees it. The trace hook of the registry sees it first.
  void drop(Packet packet, DropReason reason);
  uint64_t drops(DropReason reason) const;

  uint32_t count() const { return count_; }
  uint32_t passive() const { return passive_; }

 private:
  friend class NetRegistry;
  friend class NetRef;
  friend class NetPassiveRef;
  Net(NetRegistry& registry, uint64_t id) : registry_(registry), id_(id) {}
  ~Net();
  void get_active() { ++count_; }
  void put_active();
  void put_passive();

  // One cache line. The slot table and the states of the slots known at creation follow in the same
  // block.
  NetRegistry& registry_;
  uint64_t id_;
  uint32_t count_ = 0;
  uint32_t passive_ = 0;
  void** slots_ = nullptr;  // by PernetId::slot; outside of the block once it had to grow
  uint16_t slot_count_ = 0;
  uint16_t block_slots_ = 0;    // how many of them live in the block
  uint16_t slot_capacity_ = 0;  // of the table
  bool exiting_ = false;
  bool linked_ = false;                                            // in the registry's list
  std::unique_ptr<std::array<uint64_t, kDropReasonCount>> drops_;  // made at the first drop
  Net* prev_ = nullptr;
  Net* next_ = nullptr;
};

// An active reference: the namespace lives.
class NetRef {
 public:
  NetRef() = default;
  explicit NetRef(Net& net) : net_(&net) { net.get_active(); }  // requires net.alive()
  NetRef(const NetRef& o) : net_(o.net_) {
    if (net_) net_->get_active();
  }
  NetRef(NetRef&& o) noexcept : net_(std::exchange(o.net_, nullptr)) {}
  NetRef& operator=(NetRef o) noexcept {
    std::swap(net_, o.net_);
    return *this;
  }
  ~NetRef() {
    if (net_) net_->put_active();
  }
  Net* get() const { return net_; }
  Net& operator*() const { return *net_; }
  Net* operator->() const { return net_; }
  explicit operator bool() const { return net_ != nullptr; }

 private:
  friend class NetRegistry;
  Net* net_ = nullptr;
};

// Keeps the memory of a Net (not the namespace).
class NetPassiveRef {
 public:
  NetPassiveRef() = default;
  explicit NetPassiveRef(Net& net) : net_(&net) { ++net.passive_; }
  NetPassiveRef(const NetPassiveRef& o) : net_(o.net_) {
    if (net_) ++net_->passive_;
  }
  NetPassiveRef(NetPassiveRef&& o) noexcept : net_(std::exchange(o.net_, nullptr)) {}
  NetPassiveRef& operator=(NetPassiveRef o) noexcept {
    std::swap(net_, o.net_);
    return *this;
  }
  ~NetPassiveRef() {
    if (net_) net_->put_passive();
  }
  Net* get() const { return net_; }
  explicit operator bool() const { return net_ != nullptr; }

 private:
  Net* net_ = nullptr;
};

}  // namespace unetns

#endif  // UNETNS_NETNS_NET_H_
