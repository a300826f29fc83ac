// FibTable: one routing table, a path-compressed binary trie of prefixes; each prefix holds its
// routes in the order in which they are tried. Owns its routes.
#ifndef UNETNS_INET_FIB_FIB_TABLE_H_
#define UNETNS_INET_FIB_FIB_TABLE_H_

#include <memory>
#include <vector>

#include "inet/fib/prefix_bits.h"
#include "inet/fib/route.h"

namespace unetns {

// A node either holds routes or joins two subtries (or both).
template <class F>
struct FibNode {
  typename F::Address prefix;  // bits behind `len` are zero
  uint8_t len = 0;
  FibNode* child[2] = {nullptr, nullptr};
  FibNode* parent = nullptr;
  Route<F>* routes = nullptr;
};

template <class F>
class FibTable {
 public:
  using Address = typename F::Address;
  using Node = FibNode<F>;

  explicit FibTable(uint32_t id) : id_(id) {}
  ~FibTable();
  FibTable(const FibTable&) = delete;
  FibTable& operator=(const FibTable&) = delete;

  uint32_t id() const { return id_; }
  size_t size() const { return size_; }  // routes

  // The node of exactly this prefix with its routes; null when it has none.
  Node* find(const Address& prefix, int len) const;
  // Adds behind `after` (a route of the same prefix), or where tos and priority put it when that is
  // null: before those of the same tos and priority.
  Route<F>* insert(const Address& prefix, int len, std::unique_ptr<Route<F>> route,
                   Route<F>* after = nullptr);
  std::unique_ptr<Route<F>> remove(Route<F>& route);

  // Calls accept(route) for all routes whose prefix holds `a`, longest prefix first, in their
  // order, until it says true. Returns whether it did.
  template <class Accept>
  bool match(const Address& a, Accept&& accept) const {
    const Node* stack[Address::kBits + 1];
    int depth = 0;
    for (const Node* n = root_; n && same_prefix(a, n->prefix, n->len);) {
      if (n->routes) stack[depth++] = n;
      if (n->len == Address::kBits) break;
      n = n->child[a.bit(n->len)];
    }
    while (depth > 0)
      for (Route<F>* r = stack[--depth]->routes; r; r = r->next)
        if (accept(*r)) return true;
    return false;
  }

  // All routes as a dump shows them: by prefix, longer ones first, each in its order.
  std::vector<Route<F>*> sorted() const;

 private:
  Node* make_node(const Address& prefix, int len);
  void replace_child(Node* parent, Node* old_child, Node* new_child);
  void prune(Node* n);
  uint32_t id_;
  size_t size_ = 0;
  Node* root_ = nullptr;
};

}  // namespace unetns

#endif  // UNETNS_INET_FIB_FIB_TABLE_H_
