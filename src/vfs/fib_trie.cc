#include "vfs/fib_trie.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>

namespace unetns {
namespace {

// What Linux says of its own.
constexpr size_t kLeafBytes = 48, kNodeBytes = 40, kAliasBytes = 56, kPointerBytes = 8;

std::string dotted(uint32_t key) { return to_string(Ipv4Address(key)); }

std::string_view scope_name(uint8_t scope, std::string& other) {
  switch (scope) {
    case RT_SCOPE_UNIVERSE:
      return "universe";
    case RT_SCOPE_SITE:
      return "site";
    case RT_SCOPE_LINK:
      return "link";
    case RT_SCOPE_HOST:
      return "host";
    case RT_SCOPE_NOWHERE:
      return "nowhere";
    default:
      return other = fmt::format("scope={}", scope);
  }
}

std::string_view type_name(uint8_t type) {
  static constexpr std::string_view kNames[] = {
      "UNSPEC",    "UNICAST",     "LOCAL",    "BROADCAST", "ANYCAST", "MULTICAST",
      "BLACKHOLE", "UNREACHABLE", "PROHIBIT", "THROW",     "NAT",     "XRESOLVE",
  };
  return type < std::size(kNames) ? kNames[type] : "unknown";
}

// `count` bits of the key behind the first `skip`.
uint32_t bits_of(uint32_t key, int skip, int count) {
  return static_cast<uint32_t>(uint64_t{key} << skip << 32 >> 32 >> (32 - count));
}

}  // namespace

FibTrie::FibTrie(const std::vector<RouteConfig>& routes) {
  std::map<uint32_t, std::vector<Alias>> by_key;
  for (const RouteConfig& r : routes)
    by_key[r.dst.as<V4>().value()].push_back({r.dst_len, r.scope, r.type, r.tos});
  for (auto& [key, aliases] : by_key) {
    std::stable_sort(aliases.begin(), aliases.end(),
                     [](const Alias& a, const Alias& b) { return a.len > b.len; });
    leaves_.push_back({key, std::move(aliases)});
  }
  if (!leaves_.empty()) root_ = build({leaves_.data(), leaves_.data() + leaves_.size()}, true);
}

size_t FibTrie::Node::empty() const {
  return static_cast<size_t>(std::count(children.begin(), children.end(), nullptr));
}

size_t FibTrie::Node::full() const {
  return static_cast<size_t>(std::count_if(children.begin(), children.end(), [this](const auto& c) {
    return c && !c->leaf && c->skip == skip + bits;
  }));
}

// Worth twice as many children while enough of these would be in use; the root sooner than others.
bool FibTrie::should_double(const Node& n, bool root) {
  const size_t size = n.children.size();
  const size_t used = size - n.empty() + n.full();
  return used > 1 && n.skip + n.bits < 32 && 100 * used >= 2 * size * (root ? 30 : 50);
}

std::unique_ptr<FibTrie::Node> FibTrie::build(Range leaves, bool root) {
  const auto [first, last] = leaves;
  if (last - first == 1) {
    auto leaf = std::make_unique<Node>();
    leaf->leaf = first;
    return leaf;
  }
  // Sorted: the first and the last differ earliest.
  const int skip = std::countl_zero(first->key ^ (last - 1)->key);
  auto node = branch(leaves, skip, 1);
  while (should_double(*node, root)) node = branch(leaves, skip, node->bits + 1);
  return node;
}

std::unique_ptr<FibTrie::Node> FibTrie::branch(Range leaves, int skip, int bits) {
  auto node = std::make_unique<Node>();
  node->skip = skip;
  node->bits = bits;
  node->prefix = skip ? leaves.first->key & ~uint32_t{0} << (32 - skip) : 0;
  node->children.resize(size_t{1} << bits);
  for (const Leaf* at = leaves.first; at != leaves.second;) {
    const uint32_t index = bits_of(at->key, skip, bits);
    const Leaf* end = at;
    while (end != leaves.second && bits_of(end->key, skip, bits) == index) ++end;
    node->children[index] = build({at, end}, false);
    at = end;
  }
  return node;
}

void FibTrie::print(const Node& n, int depth, std::string& out) {
  const auto indent = static_cast<size_t>(2 + 3 * depth);
  auto to = std::back_inserter(out);
  if (!n.leaf) {
    fmt::format_to(to, "{:{}}+-- {}/{} {} {} {}\n", "", indent, dotted(n.prefix), n.skip, n.bits,
                   n.full(), n.empty());
    for (const auto& child : n.children)
      if (child) print(*child, depth + 1, out);
    return;
  }
  fmt::format_to(to, "{:{}}|-- {}\n", "", indent, dotted(n.leaf->key));
  std::string other;
  for (const Alias& a : n.leaf->aliases) {
    fmt::format_to(to, "{:{}}/{} {} {}", "", indent + 3, a.len, scope_name(a.scope, other),
                   type_name(a.type));
    if (a.tos) fmt::format_to(to, " tos={}", a.tos);
    out += '\n';
  }
}

void FibTrie::count(const Node& n, int depth, Counts& c) {
  if (n.leaf) {
    c.leaves++;
    c.prefixes += n.leaf->aliases.size();
    c.depth += static_cast<size_t>(depth);
    c.deepest = std::max(c.deepest, depth);
    return;
  }
  c.nodes++;
  c.pointers += n.children.size();
  c.by_bits[n.bits]++;
  for (const auto& child : n.children)
    if (child) count(*child, depth + 1, c);
}

std::string FibTrie::text() const {
  std::string out;
  if (root_) print(*root_, 0, out);
  return out;
}

std::string FibTrie::statistics() const {
  Counts c;
  if (root_) count(*root_, 0, c);
  const size_t mean = c.leaves ? c.depth * 100 / c.leaves : 0;
  std::string out;
  auto to = std::back_inserter(out);
  fmt::format_to(to, "\tAver depth:     {}.{:02}\n\tMax depth:      {}\n\tLeaves:         {}\n",
                 mean / 100, mean % 100, c.deepest, c.leaves);
  fmt::format_to(to, "\tPrefixes:       {}\n\tInternal nodes: {}\n\t", c.prefixes, c.nodes);
  for (const auto& [bits, nodes] : c.by_bits) fmt::format_to(to, "  {}: {}", bits, nodes);
  const size_t links = c.leaves + c.nodes - (root_ ? 1 : 0);
  const size_t bytes = c.leaves * kLeafBytes + c.nodes * kNodeBytes + c.prefixes * kAliasBytes +
                       c.pointers * kPointerBytes;
  fmt::format_to(to, "\n\tPointers: {}\nNull ptrs: {}\nTotal size: {}  kB\n", c.pointers,
                 c.pointers > links ? c.pointers - links : 0, (bytes + 1023) / 1024);
  return out;
}

}  // namespace unetns
