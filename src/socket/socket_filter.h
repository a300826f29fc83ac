// Classic BPF as socket filters use it (SO_ATTACH_FILTER; the instruction set of linux/filter.h).
#ifndef UNETNS_SOCKET_SOCKET_FILTER_H_
#define UNETNS_SOCKET_SOCKET_FILTER_H_

#include <linux/filter.h>

#include <memory>
#include <optional>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "env/rng.h"
#include "packet/packet.h"

namespace unetns {

// What the ancillary loads (SKF_AD_*) may ask of a packet.
struct FilterFacts {
  uint16_t protocol = 0;  // ethertype
  uint8_t packet_type = 0;
  int ifindex = 0;  // 0: no device, and loads that ask about it end the program
  uint16_t hardware_type = 0;
  uint32_t mark = 0;
  Rng* rng = nullptr;
  bool vlan_present = false;
  uint16_t vlan_tci = 0, vlan_tpid = 0;
  Bytes link, network;  // linear bytes from these headers on: SKF_LL_OFF, SKF_NET_OFF
  // When the data given is only the linear part of a packet: the packet, and where the data begin
  // in it.
  const Packet* packet = nullptr;
  size_t packet_offset = 0;
};

class SocketFilter {
 public:
  // Checks as the kernel does: jumps stay inside, the last instruction returns, scratch indexes are
  // in range and stored to before they are loaded. EINVAL.
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

// Whether the kernel takes the program (filter_check.cc).
bool filter_valid(const std::vector<sock_filter>& program);

// A run's view of a packet (filter_load.cc).
class FilterInput {
 public:
  FilterInput(Bytes data, const FilterFacts& facts) : data_(data), facts_(facts) {}
  uint32_t size() const;  // of the whole packet, from the data on
  // Big-endian load of 1, 2 or 4 bytes; negative offsets count from a header. None: beyond the
  // data.
  std::optional<uint32_t> load(uint32_t offset, uint16_t bpf_size) const;
  // SKF_AD_*; A and X are what some of them work on.
  std::optional<uint32_t> ancillary(uint32_t number, uint32_t a, uint32_t x) const;

 private:
  uint32_t payload_offset() const;
  uint32_t find_attribute(uint32_t from, uint32_t end, uint32_t type) const;
  Bytes data_;
  const FilterFacts& facts_;
};

}  // namespace unetns

#endif  // UNETNS_SOCKET_SOCKET_FILTER_H_
