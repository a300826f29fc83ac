// VirtualFiles: /proc/net, /proc/sys/net and /sys/class/net of a namespace, as views.
//
// Paths are absolute, normalised (no ".", "..", "//" nor symbolic links of /proc/self), e.g. "/proc/net/dev",
// "/proc/sys/net/ipv4/conf/eth0/forwarding", "/sys/class/net/lo/mtu". /proc/PID/net/… comes as /proc/net/….
#ifndef UNETNS_VFS_VIRTUAL_FILES_H_
#define UNETNS_VFS_VIRTUAL_FILES_H_

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "netns/caller.h"
#include "netns/net.h"

namespace unetns {

class NetdevLayer;
class InetControl;
class Ipv4Stack;
class NetlinkLayer;
class PacketFamily;

enum class NodeType : uint8_t { kFile, kDirectory, kSymlink };
struct VirtualNode {
  NodeType type = NodeType::kFile;
  uint32_t mode = 0444;     // permission bits
  std::string target;       // of a symbolic link
};
struct VirtualEntry {
  std::string name;
  NodeType type;
};

class VirtualFiles {
 public:
  virtual ~VirtualFiles() = default;
  // Whether a path lies in the trees that belong to a namespace: all that is asked about such a path is answered here.
  virtual bool owns(std::string_view path) const = 0;
  virtual Result<VirtualNode> stat(Net& net, std::string_view path) const = 0;                  // ENOENT
  virtual Result<std::string> read(Net& net, std::string_view path) const = 0;                  // whole content; EISDIR
  virtual Result<void> write(Net& net, const Caller& caller, std::string_view path, std::string_view text) = 0;  // EINVAL, EACCES
  virtual Result<std::vector<VirtualEntry>> list(Net& net, std::string_view path) const = 0;    // ENOTDIR
};

struct VirtualFilesParts {
  NetdevLayer* netdevs;
  InetControl* ipv4;  // may be null
  InetControl* ipv6;  // may be null
  Ipv4Stack* ipv4_stack = nullptr;  // counters and sockets of /proc/net; null: those files are not there
  NetlinkLayer* netlink = nullptr;  // of /proc/net/netlink; null: it is not there
  PacketFamily* packet_sockets = nullptr;  // of /proc/net/packet; null: there are none
};
std::unique_ptr<VirtualFiles> make_virtual_files(const VirtualFilesParts& parts);

}  // namespace unetns

#endif  // UNETNS_VFS_VIRTUAL_FILES_H_
