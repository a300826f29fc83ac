#include "inet/fib/fib_table.h"

#include <algorithm>

namespace unetns {

template <class F>
FibTable<F>::~FibTable() {
  // Depth is bounded by the bits of an address: recursion is fine.
  auto drop = [](auto& self, Node* n) -> void {
    if (!n) return;
    self(self, n->child[0]);
    self(self, n->child[1]);
    for (Route<F>* r = n->routes; r;) delete std::exchange(r, r->next);
    delete n;
  };
  drop(drop, root_);
}

template <class F>
FibNode<F>* FibTable<F>::find(const Address& prefix, int len) const {
  Node* n = root_;
  while (n && n->len < len && same_prefix(prefix, n->prefix, n->len))
    n = n->child[prefix.bit(n->len)];
  return n && n->len == len && n->routes && same_prefix(prefix, n->prefix, len) ? n : nullptr;
}

template <class F>
void FibTable<F>::replace_child(Node* parent, Node* old_child, Node* new_child) {
  if (new_child) new_child->parent = parent;
  if (!parent)
    root_ = new_child;
  else
    parent->child[parent->child[1] == old_child] = new_child;
}

template <class F>
FibNode<F>* FibTable<F>::make_node(const Address& prefix, int len) {
  Node* parent = nullptr;
  Node** slot = &root_;
  while (*slot && (*slot)->len < len && same_prefix(prefix, (*slot)->prefix, (*slot)->len)) {
    parent = *slot;
    slot = &parent->child[prefix.bit(parent->len)];
  }
  Node* below = *slot;
  if (below && below->len == len && same_prefix(prefix, below->prefix, len)) return below;
  auto* n =
      new Node{.prefix = prefix.masked(len), .len = static_cast<uint8_t>(len), .parent = parent};
  if (!below) {
    *slot = n;
    return n;
  }
  const int common = common_bits(prefix, below->prefix, std::min<int>(len, below->len));
  if (common == len) {  // n stands above `below`
    n->child[below->prefix.bit(len)] = below;
    below->parent = n;
    *slot = n;
    return n;
  }
  auto* join = new Node{
      .prefix = prefix.masked(common), .len = static_cast<uint8_t>(common), .parent = parent};
  join->child[prefix.bit(common)] = n;
  join->child[below->prefix.bit(common)] = below;
  n->parent = below->parent = join;
  *slot = join;
  return n;
}

template <class F>
void FibTable<F>::prune(Node* n) {
  while (n && !n->routes && !(n->child[0] && n->child[1])) {
    Node* parent = n->parent;
    replace_child(parent, n, n->child[0] ? n->child[0] : n->child[1]);
    delete n;
    n = parent;
  }
}

template <class F>
Route<F>* FibTable<F>::insert(const Address& prefix, int len, std::unique_ptr<Route<F>> route,
                              Route<F>* after) {
  Route<F>* r = route.release();
  r->table = id_;
  r->node = after ? after->node : make_node(prefix, len);
  Route<F>** slot = after ? &after->next : &r->node->routes;
  if (!after)
    while (*slot &&
           ((*slot)->tos > r->tos || ((*slot)->tos == r->tos && (*slot)->priority < r->priority)))
      slot = &(*slot)->next;
  r->next = *slot;
  *slot = r;
  for (Nexthop<F>& nh : r->nexthops) nh.route = r;
  ++size_;
  return r;
}

template <class F>
std::unique_ptr<Route<F>> FibTable<F>::remove(Route<F>& route) {
  Route<F>** slot = &route.node->routes;
  while (*slot != &route) slot = &(*slot)->next;
  *slot = route.next;
  route.next = nullptr;
  prune(std::exchange(route.node, nullptr));
  --size_;
  return std::unique_ptr<Route<F>>(&route);
}

template <class F>
std::vector<Route<F>*> FibTable<F>::sorted() const {
  std::vector<const Node*> nodes;
  auto walk = [&nodes](auto& self, const Node* n) -> void {
    if (!n) return;
    if (n->routes) nodes.push_back(n);
    self(self, n->child[0]);
    self(self, n->child[1]);
  };
  walk(walk, root_);
  std::sort(nodes.begin(), nodes.end(), [](const Node* a, const Node* b) {
    if (auto order = a->prefix.bytes <=> b->prefix.bytes; order != 0) return order < 0;
    return a->len > b->len;
  });
  std::vector<Route<F>*> out;
  out.reserve(size_);
  for (const Node* n : nodes)
    for (Route<F>* r = n->routes; r; r = r->next) out.push_back(r);
  return out;
}

template class FibTable<V4>;
template class FibTable<V6>;

}  // namespace unetns
