// Captures of what passes the devices: one pcapng file each.
#ifndef UNETNS_RUNTIME_PCAP_DIRECTORY_H_
#define UNETNS_RUNTIME_PCAP_DIRECTORY_H_

#include <functional>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "env/timers.h"
#include "host/pcap_file.h"
#include "netdev/netdev_layer.h"

namespace unetns {

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
    PcapLinkType link_type = PcapLinkType::kEthernet;
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
