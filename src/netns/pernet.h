// Pernet operations: how a module builds and tears down its part of every namespace.
//
// Modules are registered explicitly, in machine/. All subsystems stand before all devices in the
// list, whatever the order of registration. Creating a namespace runs every init in list order;
// when one fails, those already run are undone in reverse (pre_exit, exit, exit_batch) and the
// creation fails with that error. Destroying runs in reverse order over a batch of namespaces:
// first pre_exit of all modules for all namespaces; then, module by module in reverse, exit for
// each namespace followed by exit_batch for all of them. So what a device module tears down in
// exit_batch is gone before the exit of any subsystem.
#ifndef UNETNS_NETNS_PERNET_H_
#define UNETNS_NETNS_PERNET_H_

#include <cstddef>
#include <cstdint>
#include <new>
#include <span>
#include <string_view>
#include <type_traits>

#include "base/result.h"

namespace unetns {

class Net;

class PernetOperations {
 public:
  virtual ~PernetOperations() = default;
  virtual std::string_view name() const = 0;
  virtual Result<void> init(Net&) { return {}; }
  virtual void pre_exit(Net&) {}
  virtual void exit(Net&) {}
  virtual void exit_batch(std::span<Net* const>) {}
  // True until the module has been taught namespaces: it is then called for the first namespace
  // only, and absent from the others (Net::present() says so).
  virtual bool first_net_only() const { return false; }
};

// Names a T in every namespace: private state of a module (net_generic). Found in O(1).
template <class T>
struct PernetId {
  uint32_t slot = static_cast<uint32_t>(-1);
};

// How the registry makes and destroys the T of a slot. T is constructed before the first init that
// runs in a namespace and destroyed after the last exit, with the memory of the Net (when its last
// passive reference goes): the destructor must reach for nothing but the T. Memory is zeroed before
// construction. T is default-constructible or constructible from Net&.
struct PernetSlotType {
  size_t size;
  size_t align;
  void (*construct)(void*, Net&);
  void (*destroy)(void*);
};

template <class T>
const PernetSlotType& pernet_slot_type() {
  static constexpr PernetSlotType type{sizeof(T), alignof(T),
                                       [](void* p, Net& net) {
                                         if constexpr (std::is_constructible_v<T, Net&>)
                                           new (p) T(net);
                                         else
                                           new (p) T();
                                       },
                                       [](void* p) { static_cast<T*>(p)->~T(); }};
  return type;
}

}  // namespace unetns

#endif  // UNETNS_NETNS_PERNET_H_
