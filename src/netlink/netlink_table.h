// The bound netlink sockets of one namespace, by protocol and port id, and the members of groups.
#ifndef UNETNS_NETLINK_NETLINK_TABLE_H_
#define UNETNS_NETLINK_NETLINK_TABLE_H_

#include <absl/container/flat_hash_map.h>

#include <cstdint>
#include <span>
#include <vector>

namespace unetns {

class NetlinkSocket;

class NetlinkTable {
 public:
  NetlinkSocket* find(int protocol, uint32_t port_id) const;
  bool insert(int protocol, uint32_t port_id, NetlinkSocket& socket);  // false: taken
  void erase(int protocol, uint32_t port_id);

  // Sockets that belong to at least one group of that protocol.
  std::span<NetlinkSocket* const> members(int protocol) const;
  void add_member(int protocol, NetlinkSocket& socket);
  void remove_member(int protocol, NetlinkSocket& socket);

  template <class Fn>
  void for_each(Fn&& fn) const {  // in no particular order
    for (const auto& [number, protocol] : protocols_)
      for (const auto& [port_id, socket] : protocol.ports) fn(*socket);
  }

  bool empty() const { return protocols_.empty(); }

 private:
  struct Protocol {
    absl::flat_hash_map<uint32_t, NetlinkSocket*> ports;
    std::vector<NetlinkSocket*> members;
  };
  void drop_if_empty(int protocol);
  absl::flat_hash_map<int, Protocol> protocols_;
};

}  // namespace unetns

#endif  // UNETNS_NETLINK_NETLINK_TABLE_H_
