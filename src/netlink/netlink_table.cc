#include "netlink/netlink_table.h"

#include <algorithm>

namespace unetns {

NetlinkSocket* NetlinkTable::find(int protocol, uint32_t port_id) const {
  const auto p = protocols_.find(protocol);
  if (p == protocols_.end()) return nullptr;
  const auto s = p->second.ports.find(port_id);
  return s == p->second.ports.end() ? nullptr : s->second;
}

bool NetlinkTable::insert(int protocol, uint32_t port_id, NetlinkSocket& socket) {
  return protocols_[protocol].ports.try_emplace(port_id, &socket).second;
}

void NetlinkTable::erase(int protocol, uint32_t port_id) {
  const auto p = protocols_.find(protocol);
  if (p == protocols_.end()) return;
  p->second.ports.erase(port_id);
  drop_if_empty(protocol);
}

std::span<NetlinkSocket* const> NetlinkTable::members(int protocol) const {
  const auto p = protocols_.find(protocol);
  if (p == protocols_.end()) return {};
  return p->second.members;
}

void NetlinkTable::add_member(int protocol, NetlinkSocket& socket) {
  auto& members = protocols_[protocol].members;
  if (std::find(members.begin(), members.end(), &socket) == members.end())
    members.push_back(&socket);
}

void NetlinkTable::remove_member(int protocol, NetlinkSocket& socket) {
  const auto p = protocols_.find(protocol);
  if (p == protocols_.end()) return;
  std::erase(p->second.members, &socket);
  drop_if_empty(protocol);
}

void NetlinkTable::drop_if_empty(int protocol) {
  const auto p = protocols_.find(protocol);
  if (p->second.ports.empty() && p->second.members.empty()) protocols_.erase(p);
}

}  // namespace unetns
