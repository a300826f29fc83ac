// GroupFilter: a program of classic BPF that chooses among the sockets of an SO_REUSEPORT group
// (SO_ATTACH_REUSEPORT_CBPF).
#ifndef UNETNS_SOCKET_INET_GROUP_FILTER_H_
#define UNETNS_SOCKET_INET_GROUP_FILTER_H_

#include <memory>

#include "inet/demux/endpoint.h"
#include "socket/socket_filter.h"

namespace unetns {

class GroupFilter final : public GroupChooser {
 public:
  // `header`: bytes before the payload, which the program does not see.
  GroupFilter(std::unique_ptr<SocketFilter> program, size_t header)
      : program_(std::move(program)), header_(header) {}

  uint32_t choose(const Packet& packet) const override {
    const PacketMeta& meta = packet.meta();
    FilterFacts facts;
    facts.protocol = meta.protocol;
    facts.packet_type = static_cast<uint8_t>(meta.type);
    facts.ifindex = meta.iif;
    facts.mark = meta.mark;
    if (packet.is_linear()) return program_->run(packet.head().subspan(header_), facts);
    ByteVector payload(packet.size() - header_);
    packet.copy_to(payload, header_);
    return program_->run(payload, facts);
  }

 private:
  std::unique_ptr<SocketFilter> program_;
  size_t header_;
};

}  // namespace unetns

#endif  // UNETNS_SOCKET_INET_GROUP_FILTER_H_
