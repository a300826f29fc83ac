// SysctlFamily: /proc/sys/net/ipv4 or ipv6. Settings of the family by name (a slash in it is a
// directory), and conf/DEVICE/NAME for "all", "default" and every device that has the family.
#ifndef UNETNS_VFS_SYSCTL_FAMILY_H_
#define UNETNS_VFS_SYSCTL_FAMILY_H_

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "vfs/file_tree.h"

namespace unetns {

// A file that is written only: the number does not matter, the writing does something.
struct SysctlAction {
  std::string_view name;
  std::function<void(Net&)> run;
};

class SysctlFamily {
 public:
  SysctlFamily(NetdevLayer& netdevs, InetControl& control, std::vector<SysctlAction> actions = {})
      : netdevs_(netdevs), control_(control), actions_(std::move(actions)) {}

  Result<VirtualNode> stat(Net& net, std::string_view path) const;
  Result<std::string> read(Net& net, std::string_view path) const;  // of a file
  Result<void> write(Net& net, std::string_view path, std::string_view text) const;
  Result<std::vector<VirtualEntry>> list(Net& net, std::string_view path) const;

 private:
  // "conf/eth0/tag" is {eth0, tag}; parts that aren't there are empty.
  struct ConfPath {
    bool is_conf = false;
    std::string_view device, name;
  };
  static ConfPath parse(std::string_view path);
  bool has_conf(Net& net, std::string_view device) const;
  void add_own_names(std::string_view path, std::vector<VirtualEntry>& out) const;

  std::vector<std::string> own_names() const;
  const SysctlAction* action(std::string_view name) const;

  NetdevLayer& netdevs_;
  InetControl& control_;
  std::vector<SysctlAction> actions_;
};

}  // namespace unetns

#endif  // UNETNS_VFS_SYSCTL_FAMILY_H_
