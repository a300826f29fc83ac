#include "runtime/unix_names.h"

#include <absl/hash/hash.h>
#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace unetns {
namespace {

constexpr size_t kRemembered = 16384;
constexpr uint32_t kAutomaticMask = 0xfffff;

std::string hash_text(const std::string& name) {
  const size_t a = absl::HashOf(1, name), b = absl::HashOf(2, name);
  return fmt::format("{:016x}{:016x}", a, b);
}

}  // namespace

template <class K, class V>
void UnixNames::Bounded<K, V>::put(const K& key, V value) {
  if (!by_key.insert_or_assign(key, std::move(value)).second) return;
  order.push_back(key);
  if (order.size() <= kRemembered) return;
  by_key.erase(order.front());
  order.pop_front();
}

UnixNames::UnixNames(uint32_t machine)
    : prefix_(std::string(1, '\0') + fmt::format("unetns-{:08x}/", machine)),
      automatic_(machine & kAutomaticMask) {}

std::string UnixNames::host_name(uint64_t net, std::string_view name) {
  any_ = true;
  name.remove_prefix(1);
  std::string out = fmt::format("{}{}/{}", prefix_, net, name);
  if (out.size() <= kMax) return out;
  out = fmt::format("{}{}#{}", prefix_, net, hash_text(std::string(name)));
  long_.put(out, std::string(name));
  return out;
}

std::optional<std::string> UnixNames::program_name(std::string_view host) const {
  if (!ours(host)) return std::nullopt;
  const size_t mark = host.find_first_of("/#", prefix_.size());
  if (mark == std::string_view::npos) return std::nullopt;
  if (host[mark] == '/') return std::string(1, '\0').append(host.substr(mark + 1));
  auto it = long_.by_key.find(std::string(host));
  if (it == long_.by_key.end()) return std::nullopt;
  return std::string(1, '\0') + it->second;
}

std::string UnixNames::next_automatic() {
  automatic_ = (automatic_ + 1) & kAutomaticMask;
  return std::string(1, '\0') + fmt::format("{:05x}", automatic_);
}

bool UnixNames::is_automatic(std::string_view name) {
  return name.size() == 6 && std::all_of(name.begin() + 1, name.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

void UnixNames::connected(uint64_t inode, pid_t pid) { connected_.put(inode, pid); }

std::optional<pid_t> UnixNames::who_connected(uint64_t inode) const {
  auto it = connected_.by_key.find(inode);
  if (it == connected_.by_key.end()) return std::nullopt;
  return it->second;
}

}  // namespace unetns
