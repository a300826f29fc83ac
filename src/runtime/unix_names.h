// UnixNames: abstract names of AF_UNIX sockets (unix(7)), which belong to a network namespace.
//
// The sockets themselves are the host's. A name that a program gives is kept there under another,
// which tells the machine and the namespace: "\0unetns-MACHINE/NET/NAME". One that gets too long
// is replaced by its hash, and remembered.
#ifndef UNETNS_RUNTIME_UNIX_NAMES_H_
#define UNETNS_RUNTIME_UNIX_NAMES_H_

#include <absl/container/flat_hash_map.h>
#include <sys/types.h>

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>

namespace unetns {

class UnixNames {
 public:
  // `machine`: a number that no other machine of the host has.
  explicit UnixNames(uint32_t machine);

  // All names with their leading zero, as in sun_path; at most kMax bytes.
  static constexpr size_t kMax = 108;
  std::string host_name(uint64_t net, std::string_view name);
  // What the program knows it by; nullopt: none of ours.
  std::optional<std::string> program_name(std::string_view host) const;
  bool ours(std::string_view host) const { return host.starts_with(prefix_); }
  // Candidates for autobind, in turn: five digits, as in Linux.
  std::string next_automatic();
  static bool is_automatic(std::string_view name);

  // Whether there can be any such name: as long as not, nothing has to be looked at.
  bool any() const { return any_; }

  // Who made a connection that we made for it, by the inode of its socket; and who bound a name.
  void connected(uint64_t inode, pid_t pid);
  std::optional<pid_t> who_connected(uint64_t inode) const;
  bool any_connected() const { return !connected_.empty(); }

 private:
  template <class K, class V>
  struct Bounded {  // the oldest go first
    absl::flat_hash_map<K, V> by_key;
    std::deque<K> order;
    void put(const K& key, V value);
    bool empty() const { return by_key.empty(); }
  };
  std::string prefix_;
  uint32_t automatic_;
  bool any_ = false;
  Bounded<std::string, std::string> long_;  // by the hashed name
  Bounded<uint64_t, pid_t> connected_;
};

}  // namespace unetns

#endif  // UNETNS_RUNTIME_UNIX_NAMES_H_
