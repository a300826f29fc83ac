#include "netns/net_registry.h"

#include <algorithm>
#include <cassert>
#include <utility>

namespace unetns {
namespace {

// Counts up while modules are called.
class CallbackScope {
 public:
  explicit CallbackScope(int& depth) : depth_(depth) { ++depth_; }
  ~CallbackScope() { --depth_; }
  CallbackScope(const CallbackScope&) = delete;
  CallbackScope& operator=(const CallbackScope&) = delete;

 private:
  int& depth_;
};

}  // namespace

NetRegistry::NetRegistry(const Env& env, PacketPool& packets)
    : env_(env),
      packets_(packets),
      block_size_(sizeof(Net)),
      self_(std::make_shared<NetRegistry*>(this)) {}

NetRegistry::~NetRegistry() {
  assert(live_count() == 0);
  run_cleanup();
  assert(allocated_ == 0 && "a passive reference outlives the registry");
  *self_ = nullptr;
  free_cached_blocks();
}

Result<void> NetRegistry::register_subsystem(PernetOperations& ops) {
  UNETNS_TRY(register_at(first_device_, ops));
  first_device_++;
  return {};
}

Result<void> NetRegistry::register_device(PernetOperations& ops) {
  return register_at(list_.size(), ops);
}

Result<void> NetRegistry::register_at(size_t position, PernetOperations& ops) {
  if (in_callbacks_ > 0) return fail(EBUSY);
  if (std::find(list_.begin(), list_.end(), &ops) != list_.end()) return fail(EEXIST);
  run_cleanup();

  CallbackScope scope(in_callbacks_);
  std::vector<Net*> done;
  for (Net* net = head_; net; net = net->next_) {
    if (!net->present(ops)) continue;
    Result<void> r = before_init ? before_init(ops.name(), *net) : Result<void>{};
    if (r) r = ops.init(*net);
    if (!r) {
      std::reverse(done.begin(), done.end());
      for (Net* n : done) ops.pre_exit(*n);
      exit_list(ops, done);
      return r;
    }
    done.push_back(net);
  }
  list_.insert(list_.begin() + static_cast<ptrdiff_t>(position), &ops);
  return {};
}

void NetRegistry::unregister(PernetOperations& ops) {
  assert(in_callbacks_ == 0);
  if (std::find(list_.begin(), list_.end(), &ops) == list_.end()) return;
  run_cleanup();
  const auto it = std::find(list_.begin(), list_.end(), &ops);
  if (static_cast<size_t>(it - list_.begin()) < first_device_) first_device_--;
  list_.erase(it);

  CallbackScope scope(in_callbacks_);
  std::vector<Net*> nets;
  for (Net* net = head_; net; net = net->next_)
    if (net->present(ops)) nets.push_back(net);
  for (Net* net : nets) ops.pre_exit(*net);
  exit_list(ops, nets);
}

Result<NetRef> NetRegistry::create() {
  const uint64_t id = next_id_;
  Net* net = allocate_net(id);
  if (!net) return fail(ENOMEM);
  next_id_++;
  net->count_ = 1;
  if (auto r = init_net(*net); !r) {
    assert(net->count_ == 1 && "a module kept a reference on a namespace that it failed to build");
    net->count_ = 0;
    net->put_passive();
    // As if it had never been: the first namespace that comes to life has the id 1.
    if (next_id_ == id + 1) next_id_ = id;
    return std::unexpected(std::move(r).error());
  }
  link(*net);
  NetRef ref;
  ref.net_ = net;
  return ref;
}

Result<void> NetRegistry::init_net(Net& net) {
  CallbackScope scope(in_callbacks_);
  for (size_t i = 0; i < list_.size(); i++) {
    if (!net.present(*list_[i])) continue;
    Result<void> r = before_init ? before_init(list_[i]->name(), net) : Result<void>{};
    if (r) r = list_[i]->init(net);
    if (!r) {
      undo_init(net, i);
      return r;
    }
  }
  return {};
}

void NetRegistry::undo_init(Net& net, size_t inited) {
  net.exiting_ = true;
  Net* const one = &net;
  for (size_t i = inited; i-- > 0;)
    if (net.present(*list_[i])) list_[i]->pre_exit(net);
  for (size_t i = inited; i-- > 0;) exit_list(*list_[i], {&one, 1});
}

void NetRegistry::exit_list(PernetOperations& ops, std::span<Net* const> nets) {
  if (!ops.first_net_only()) {
    for (Net* net : nets) ops.exit(*net);
    if (!nets.empty()) ops.exit_batch(nets);
    return;
  }
  for (Net* const& net : nets)
    if (net->present(ops)) {
      ops.exit(*net);
      ops.exit_batch({&net, 1});
    }
}

Net* NetRegistry::first() const {
  Net* net = head_;
  while (net && !net->alive()) net = net->next_;
  return net;
}

Net* NetRegistry::find(uint64_t id) const {
  const auto it = by_id_.find(id);
  return it == by_id_.end() ? nullptr : it->second;
}

void NetRegistry::for_each(const std::function<void(Net&)>& fn) const {
  // Dead ones stay linked until run_cleanup; the reference keeps even that from moving the ground.
  for (Net* net = first(); net;) {
    NetPassiveRef keep(*net);
    fn(*net);
    net = net->linked_ ? net->next_ : nullptr;
    while (net && !net->alive()) net = net->next_;
  }
}

void NetRegistry::link(Net& net) {
  net.prev_ = tail_;
  net.next_ = nullptr;
  (tail_ ? tail_->next_ : head_) = &net;
  tail_ = &net;
  net.linked_ = true;
  by_id_.emplace(net.id_, &net);
}

void NetRegistry::unlink(Net& net) {
  (net.prev_ ? net.prev_->next_ : head_) = net.next_;
  (net.next_ ? net.next_->prev_ : tail_) = net.prev_;
  net.prev_ = net.next_ = nullptr;
  net.linked_ = false;
}

void NetRegistry::schedule_cleanup(Net& net) {
  assert(net.linked_);
  by_id_.erase(net.id_);
  cleanup_.push_back(&net);
  if (cleanup_.size() > 1 || cleaning_) return;
  env_.tasks.post([self = std::weak_ptr(self_)] {
    if (auto registry = self.lock(); registry && *registry) (*registry)->run_cleanup();
  });
}

void NetRegistry::run_cleanup() {
  if (cleaning_ || in_callbacks_ > 0) return;
  cleaning_ = true;
  std::vector<Net*> batch;
  while (!cleanup_.empty()) {
    batch.clear();
    batch.swap(cleanup_);
    destroy_batch(batch);
  }
  // Keeps the storage for the next time.
  batch.clear();
  if (batch.capacity() <= 64) cleanup_.swap(batch);
  cleaning_ = false;
}

void NetRegistry::destroy_batch(std::span<Net* const> batch) {
  CallbackScope scope(in_callbacks_);
  for (Net* net : batch) {
    unlink(*net);
    net->exiting_ = true;
  }
  for (size_t i = list_.size(); i-- > 0;)
    for (Net* net : batch)
      if (net->present(*list_[i])) list_[i]->pre_exit(*net);
  for (size_t i = list_.size(); i-- > 0;) exit_list(*list_[i], batch);
  for (Net* net : batch) net->put_passive();
}

}  // namespace unetns
