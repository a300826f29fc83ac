// Captures of what passes the devices: one pcapng file each (draft-ietf-opsawg-pcapng), for
// tcpdump(8) and Wireshark.
#ifndef UNETNS_RUNTIME_PCAP_DIRECTORY_H_
#define UNETNS_RUNTIME_PCAP_DIRECTORY_H_

#include <functional>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "env/timers.h"
#include "host/unique_fd.h"
#include "netdev/netdev_layer.h"

namespace unetns {

// One file with one section and one interface. Writes are gathered in memory until flush() or 64
// KB.
class PcapFile {
 public:
  struct Interface {
    uint16_t link_type;       // LINKTYPE_*, pcap-linktype(7)
    std::string name;         // if_name
    std::string description;  // if_description
  };
  static constexpr uint16_t kLinkEthernet = 1, kLinkRaw = 101;

  // Creates or empties the file. The error of open(2) or write(2).
  static Result<std::unique_ptr<PcapFile>> create(const std::string& path,
                                                  const Interface& interface);
  ~PcapFile() { (void)flush(); }

  uint16_t link_type() const { return link_type_; }
  // After a failed write the file is done with: nothing more is written.
  Result<void> add(Nanos realtime, const Packet& frame, bool outgoing);
  Result<void> flush();

 private:
  PcapFile(UniqueFd fd, uint16_t link_type) : fd_(std::move(fd)), link_type_(link_type) {}
  UniqueFd fd_;
  uint16_t link_type_;
  ByteVector buffer_;
};

// Captures every device of a machine into DIR/NETNS-DEVICE.pcapng. A file begins with the first
// frame: only then has a new namespace been given its name. It keeps its name when the device is
// renamed; a device that moves to another namespace goes on in a file of that one. Must go before
// the NetdevLayer does.
class PcapDirectory final : public PacketTap, public NetdevNotifier {
 public:
  using Label = std::function<std::string(Net&)>;
  // Makes the directory if it isn't there. The error of mkdir(2).
  static Result<std::unique_ptr<PcapDirectory>> create(NetdevLayer& netdevs, std::string directory,
                                                       Label label);
  ~PcapDirectory() override;

  void tapped(NetDevice& dev, const Packet& frame, bool outgoing) override;
  Result<void> netdev_event(NetDevice& dev, NetdevEvent event) override;
  void flush();

 private:
  struct File {
    std::string path;
    std::unique_ptr<PcapFile> file;  // null after an error
    uint16_t link_type = 0;
    bool in_use = false;  // by a device that lives
  };
  PcapDirectory(NetdevLayer& netdevs, std::string directory, Label label);
  File& file_of(NetDevice& dev);
  File& take_file(const std::string& stem, const NetDevice& dev);
  void failed(File& file, const Error& error);

  NetdevLayer& netdevs_;
  std::string directory_;
  Label label_;
  Timer flush_timer_;
  bool reported_ = false;
  std::vector<std::unique_ptr<File>> files_;
  std::unordered_map<const NetDevice*, File*> by_device_;
};

}  // namespace unetns

#endif  // UNETNS_RUNTIME_PCAP_DIRECTORY_H_
