// Classic BPF as socket filters use it (SO_ATTACH_FILTER; the instruction set of linux/filter.h).
#ifndef UNETNS_SOCKET_SOCKET_FILTER_H_
#define UNETNS_SOCKET_SOCKET_FILTER_H_

#include <linux/filter.h>

#include <memory>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "packet/packet.h"

namespace unetns {

// What the ancillary loads (SKF_AD_*) may ask of a packet.
struct FilterFacts {
  uint16_t protocol = 0;  // ethertype
  uint8_t packet_type = 0;
  int ifindex = 0;
  uint32_t mark = 0;
  uint32_t random = 0;
  size_t network_offset = 0;  // of the network header within the data (SKF_NET_OFF); may be 0
};

class SocketFilter {
 public:
  // Checks as the kernel does: jumps stay inside, the last instruction returns, scratch indexes are
  // in range. EINVAL.
  static Result<std::unique_ptr<SocketFilter>> create(Bytes instructions);
  // From the value of SO_ATTACH_FILTER as Socket::set_option gets it. EINVAL, EFAULT.
  static Result<std::unique_ptr<SocketFilter>> from_option(Bytes value);

  // How many bytes of the packet to keep; 0: drop it. Loads beyond the data end the program with 0.
  uint32_t run(Bytes data, const FilterFacts& facts) const;
  // Runs it, if there is one, over a received packet and cuts that to what it keeps, `keep` bytes
  // at least. False: drop the packet.
  static bool admit(const SocketFilter* filter, Packet& packet, size_t keep);
  const std::vector<sock_filter>& program() const { return program_; }

 private:
  explicit SocketFilter(std::vector<sock_filter> program) : program_(std::move(program)) {}
  std::vector<sock_filter> program_;
};

}  // namespace unetns

#endif  // UNETNS_SOCKET_SOCKET_FILTER_H_
