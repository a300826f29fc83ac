// NetRegistry: all namespaces of one Machine, the pernet list, and the cleanup list.
#ifndef UNETNS_NETNS_NET_REGISTRY_H_
#define UNETNS_NETNS_NET_REGISTRY_H_

#include <absl/container/flat_hash_map.h>

#include <cstddef>
#include <functional>
#include <memory>
#include <vector>

#include "env/env.h"
#include "netns/net.h"
#include "netns/pernet.h"
#include "packet/packet_pool.h"

namespace unetns {

class NetRegistry {
 public:
  NetRegistry(const Env& env, PacketPool& packets);
  ~NetRegistry();  // requires: every NetRef is gone; runs the cleanup list to its end
  NetRegistry(const NetRegistry&) = delete;
  NetRegistry& operator=(const NetRegistry&) = delete;

  const Env& env() const { return env_; }
  PacketPool& packets() const { return packets_; }

  // Registers a module; borrowed until unregistered or the registry dies. While namespaces exist
  // its init runs in each of them; a failure undoes the ones already run, in reverse, and leaves it
  // unregistered. Pending cleanup is run first. EEXIST when it is registered; EBUSY from inside a
  // module's own callbacks.
  Result<void> register_subsystem(PernetOperations& ops);
  Result<void> register_device(PernetOperations& ops);
  // Exits it from every live namespace, after pending cleanup. Not from inside a module's
  // callbacks. No-op when it is not registered.
  void unregister(PernetOperations& ops);
  // In the order in which inits run.
  const std::vector<PernetOperations*>& modules() const { return list_; }

  // Gives every namespace, present and future, a T. Call before registering the module that uses
  // it.
  template <class T>
  Result<PernetId<T>> add_state() {
    static_assert(alignof(T) <= kStateAlign, "hold over-aligned state by pointer");
    UNETNS_ASSIGN(uint32_t slot, add_slot(pernet_slot_type<T>()));
    return PernetId<T>{slot};
  }

  // A new namespace, all modules' init run. ENOMEM or a module's error; then nothing is left of it.
  Result<NetRef> create();

  Net* first() const;            // the oldest live one
  Net* find(uint64_t id) const;  // live ones only
  size_t live_count() const { return by_id_.size(); }
  // Live namespaces, oldest first. The callback may create namespaces and put references.
  void for_each(const std::function<void(Net&)>& fn) const;

  // Tears down what has lost its last reference, as one batch. Runs by itself from env.tasks.
  void run_cleanup();
  bool cleanup_pending() const { return !cleanup_.empty(); }

  // Called before a module is told of a namespace (for injected failures in tests): an error here
  // is as if the init of that module had failed. Null when unset.
  std::function<Result<void>(std::string_view module, Net&)> before_init;
  // Consulted at each allocation that the creation of a namespace or a late slot needs: true makes
  // it fail with ENOMEM. Modules ask may_allocate() before their own.
  std::function<bool()> fail_alloc;
  bool may_allocate() const { return !fail_alloc || !fail_alloc(); }
  // Sees every dropped packet before it is freed.
  std::function<void(Net&, const Packet&, DropReason)> on_drop;

  // Memory blocks of namespaces that live, die or are kept by passive references: 0 when nothing
  // leaks.
  size_t allocated_count() const { return allocated_; }

 private:
  friend class Net;
  static constexpr size_t kStateAlign = alignof(std::max_align_t);
  Result<uint32_t> add_slot(const PernetSlotType& type);
  Result<void> register_at(size_t position, PernetOperations& ops);
  Result<void> init_net(Net& net);
  void undo_init(Net& net, size_t inited);
  void exit_list(PernetOperations& ops, std::span<Net* const> nets);
  void destroy_batch(std::span<Net* const> batch);
  void schedule_cleanup(Net& net);
  void link(Net& net);
  void unlink(Net& net);

  Net* allocate_net(uint64_t id);
  Result<void> add_late_slot(Net& net, const PernetSlotType& type);
  void remove_last_slot(Net& net);
  void free_net(Net& net);
  void free_cached_blocks();

  Env env_;
  PacketPool& packets_;
  std::vector<PernetOperations*> list_;
  size_t first_device_ = 0;  // list_[first_device_…] are the device modules
  int in_callbacks_ = 0;     // modules are being called: the list must not change

  // Slots, and where the states of those known by now lie in the block of a new Net.
  std::vector<const PernetSlotType*> slot_types_;
  std::vector<uint32_t> slot_offsets_;
  size_t block_size_;
  std::vector<void*> cached_blocks_;  // of block_size_
  size_t allocated_ = 0;

  Net* head_ = nullptr;  // live ones and those on the cleanup list, oldest first
  Net* tail_ = nullptr;
  absl::flat_hash_map<uint64_t, Net*> by_id_;  // live ones
  uint64_t next_id_ = 1;
  std::vector<Net*> cleanup_;
  bool cleaning_ = false;
  std::shared_ptr<NetRegistry*> self_;  // lets a posted task find out that the registry is gone
};

}  // namespace unetns

#endif  // UNETNS_NETNS_NET_REGISTRY_H_
