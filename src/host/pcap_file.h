// PcapFile: a file of captured frames: pcapng (draft-ietf-opsawg-pcapng) or pcap
// (draft-ietf-opsawg-pcap), for tcpdump(8) and Wireshark.
#ifndef UNETNS_HOST_PCAP_FILE_H_
#define UNETNS_HOST_PCAP_FILE_H_

#include <memory>
#include <optional>
#include <string>

#include "base/result.h"
#include "host/unique_fd.h"
#include "netdev/net_device.h"
#include "packet/packet.h"

namespace unetns {

enum class PcapFormat : uint8_t { kPcapng, kPcap };
enum class PcapLinkType : uint16_t { kEthernet = 1, kRaw = 101 };  // LINKTYPE_*, pcap-linktype(7)

PcapLinkType pcap_link_type(const NetDevice& dev);

// One section. Writes are gathered in memory until flush() or 64 KB.
class PcapFile {
 public:
  struct Interface {
    PcapLinkType link_type;
    std::string name;         // if_name
    std::string description;  // if_description
  };

  // Creates or empties the file. The error of open(2) or write(2).
  static Result<std::unique_ptr<PcapFile>> create(const std::string& path, PcapFormat format);
  ~PcapFile() { (void)flush(); }

  // Numbered from 0 on. The first is written out, so that a reader finds a valid file at once.
  // EINVAL: a pcap file has one link type only.
  Result<uint32_t> add_interface(const Interface& interface);
  // After a failed write the file is done with: nothing more is written.
  Result<void> add(uint32_t interface, Nanos realtime, const Packet& frame, bool outgoing);
  Result<void> flush();

 private:
  PcapFile(UniqueFd fd, PcapFormat format) : fd_(std::move(fd)), format_(format) {}
  void put_frame(const Packet& frame);
  UniqueFd fd_;
  PcapFormat format_;
  uint32_t interfaces_ = 0;
  PcapLinkType link_type_ = PcapLinkType::kEthernet;  // of the first
  ByteVector buffer_;
};

}  // namespace unetns

#endif  // UNETNS_HOST_PCAP_FILE_H_
