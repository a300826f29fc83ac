// FibTrie: routes as a level-compressed trie (Nilsson and Karlsson, "IP-address lookup using
// LC-tries", 1999), for /proc/net/fib_trie and fib_triestat alone.
#ifndef UNETNS_VFS_FIB_TRIE_H_
#define UNETNS_VFS_FIB_TRIE_H_

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "inet/control.h"

namespace unetns {

class FibTrie {
 public:
  explicit FibTrie(const std::vector<RouteConfig>& routes);
  std::string text() const;        // the nodes, as /proc/net/fib_trie shows them
  std::string statistics() const;  // as fib_triestat does

 private:
  struct Alias {
    uint8_t len, scope, type, tos;
  };
  struct Leaf {
    uint32_t key;
    std::vector<Alias> aliases;  // longer prefixes first
  };
  // A leaf, or 2^bits children by the bits of the key behind the first `skip`.
  struct Node {
    const Leaf* leaf = nullptr;
    uint32_t prefix = 0;
    int skip = 0, bits = 0;
    std::vector<std::unique_ptr<Node>> children;
    size_t empty() const;
    size_t full() const;  // children that branch at the very next bit
  };
  using Range = std::pair<const Leaf*, const Leaf*>;
  static std::unique_ptr<Node> build(Range leaves, bool root);
  static std::unique_ptr<Node> branch(Range leaves, int skip, int bits);
  static bool should_double(const Node& n, bool root);
  static void print(const Node& n, int depth, std::string& out);

  struct Counts {
    size_t leaves = 0, nodes = 0, prefixes = 0, pointers = 0, depth = 0;
    int deepest = 0;
    std::map<int, size_t> by_bits;
  };
  static void count(const Node& n, int depth, Counts& c);
  std::vector<Leaf> leaves_;
  std::unique_ptr<Node> root_;  // null: no routes
};

}  // namespace unetns

#endif  // UNETNS_VFS_FIB_TRIE_H_
