// Ids that one namespace gives to others (ip-netns(8) set, list-id; RTM_NEWNSID). Per namespace and
// directional: giving B an id in A gives A none in B.
#ifndef UNETNS_NETNS_NSID_H_
#define UNETNS_NETNS_NSID_H_

#include <functional>
#include <memory>
#include <span>

#include "netns/net_registry.h"

namespace unetns {

inline constexpr int kNsidUnassigned = -1;  // NETNSA_NSID_NOT_ASSIGNED

// Told of every change, in order. `peer` may be dying in deleted().
class NsidEvents {
 public:
  virtual ~NsidEvents() = default;
  virtual void nsid_added(Net& net, int id, Net& peer) = 0;
  virtual void nsid_deleted(Net& net, int id, Net& peer) = 0;
};

// Registered by machine/ as the first pernet subsystem. Unregisters itself when destroyed, before
// the registry.
class NsidLayer final : public PernetOperations {
 public:
  static Result<std::unique_ptr<NsidLayer>> create(NetRegistry& registry);
  ~NsidLayer() override;
  std::string_view name() const override { return "nsid"; }
  // A dying namespace loses its ids everywhere, with nsid_deleted in each namespace that had one.
  // (The kernel does so before the modules' exits: called by the registry through pre_exit order.)
  void pre_exit(Net& net) override;
  void exit(Net& net) override;

  void set_events(NsidEvents* events) { events_ = events; }

  // The id of `peer` in `net`, or kNsidUnassigned.
  int lookup(Net& net, Net& peer) const;
  // The same, assigning the lowest free id when there is none. Neither gets one when one of them is
  // dying.
  int get_or_assign(Net& net, Net& peer);
  // RTM_NEWNSID: wanted < 0 picks the lowest free id. EEXIST with the kernel's texts.
  Result<int> assign(Net& net, Net& peer, int wanted);
  Net* find(Net& net, int id) const;  // live peers only
  void for_each(Net& net, const std::function<void(int id, Net& peer)>& fn) const;  // by id

 private:
  struct Ids;
  struct State {
    std::unique_ptr<Ids> ids;  // made when first used
    State();
    ~State();
  };
  explicit NsidLayer(NetRegistry& registry) : registry_(registry) {}
  Ids& ids(Net& net) const;
  void add(Net& net, int id, Net& peer);

  NetRegistry& registry_;
  PernetId<State> state_;
  NsidEvents* events_ = nullptr;
};

}  // namespace unetns

#endif  // UNETNS_NETNS_NSID_H_
