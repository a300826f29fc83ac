// NetRegistry: all namespaces of one Machine, the pernet list, and the cleanup list.
#ifndef UNETNS_NETNS_NET_REGISTRY_H_
#define UNETNS_NETNS_NET_REGISTRY_H_

#include <functional>
#include <vector>

#include "env/env.h"
#include "netns/net.h"
#include "netns/pernet.h"
#include "packet/packet_pool.h"

namespace unetns {

class NetRegistry {
 public:
  NetRegistry(const Env& env, PacketPool& packets) : env_(env), packets_(packets) {}
  ~NetRegistry();  // requires: every NetRef is gone; runs the cleanup list to its end

  const Env& env() const { return env_; }
  PacketPool& packets() const { return packets_; }

  // Registers a module; borrowed until unregistered or the registry dies. While namespaces exist its init runs
  // in each of them; a failure undoes the ones already run, in reverse, and leaves it unregistered.
  Result<void> register_subsystem(PernetOperations& ops);
  Result<void> register_device(PernetOperations& ops);
  void unregister(PernetOperations& ops);  // exits it from every live namespace

  // Gives every namespace, present and future, a T. Call before registering the module that uses it.
  template <class T>
  Result<PernetId<T>> add_state() {
    UNETNS_ASSIGN(uint32_t slot, add_slot(pernet_slot_type<T>()));
    return PernetId<T>{slot};
  }

  // A new namespace, all modules' init run. ENOMEM or a module's error; then nothing is left of it.
  Result<NetRef> create();

  Net* first() const { return head_; }  // the oldest live one
  Net* find(uint64_t id) const;         // live ones only
  size_t live_count() const { return live_; }
  // Live namespaces, oldest first. The callback may create namespaces, not put the last reference of another.
  void for_each(const std::function<void(Net&)>& fn) const;

  // Tears down what has lost its last reference, as one batch. Runs by itself from env.tasks.
  void run_cleanup();
  bool cleanup_pending() const { return !cleanup_.empty(); }

  // Called before a module is told of a namespace (for injected failures in tests): an error here is as if the
  // init of that module had failed. Null when unset.
  std::function<Result<void>(std::string_view module, Net&)> before_init;
  // Sees every dropped packet before it is freed.
  std::function<void(Net&, const Packet&, DropReason)> on_drop;

 private:
  friend class Net;
  Result<uint32_t> add_slot(const PernetSlotType& type);
  Env env_;
  PacketPool& packets_;
  std::vector<PernetOperations*> list_;
  size_t first_device_ = 0;
  std::vector<const PernetSlotType*> slot_types_;
  Net* head_ = nullptr;
  Net* tail_ = nullptr;
  size_t live_ = 0;
  uint64_t next_id_ = 1;
  std::vector<Net*> cleanup_;
};

}  // namespace unetns

#endif  // UNETNS_NETNS_NET_REGISTRY_H_
