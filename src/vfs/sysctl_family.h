// SysctlFamily: /proc/sys/net/ipv4 or ipv6. Settings of the family by name (a slash in it is a
// directory), conf/DEVICE/NAME for "all", "default" and every device that has the family, and
// neigh/DEVICE/NAME for every device.
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

// A setting that is no number.
struct SysctlText {
  std::string_view name;
  std::function<std::string(Net&)> read;  // without the line's end
  std::function<Result<void>(Net&, const Caller&, std::string_view)> write;  // null: read only
  uint32_t mode = 0644;
};

class SysctlFamily {
 public:
  SysctlFamily(NetdevLayer& netdevs, InetControl& control, std::vector<SysctlAction> actions = {},
               std::vector<SysctlText> texts = {})
      : netdevs_(netdevs),
        control_(control),
        actions_(std::move(actions)),
        texts_(std::move(texts)) {}

  Result<VirtualNode> stat(Net& net, std::string_view path) const;
  Result<std::string> read(Net& net, std::string_view path) const;  // of a file
  Result<void> write(Net& net, const Caller& caller, std::string_view path,
                     std::string_view text) const;
  Result<std::vector<VirtualEntry>> list(Net& net, std::string_view path) const;

 private:
  // "conf/eth0/tag" is {eth0, tag}, "neigh/eth0/locktime" {eth0, locktime}; parts that aren't there
  // are empty.
  struct ConfPath {
    bool is_conf = false, is_neigh = false;
    std::string_view device, name;
  };
  static ConfPath parse(std::string_view path);
  bool has_conf(Net& net, std::string_view device) const;
  // The device of neigh/DEVICE (null: the defaults).
  Result<NetDevice*> neigh_device(Net& net, std::string_view name) const;
  Result<int64_t> read_neigh(Net& net, const ConfPath& path) const;
  Result<void> write_neigh(Net& net, const ConfPath& path, int64_t value) const;
  void add_own_names(std::string_view path, std::vector<VirtualEntry>& out) const;

  std::vector<std::string> own_names() const;
  const SysctlAction* action(std::string_view name) const;
  const SysctlText* text(std::string_view name) const;
  uint32_t mode(std::string_view name) const;

  NetdevLayer& netdevs_;
  InetControl& control_;
  std::vector<SysctlAction> actions_;
  std::vector<SysctlText> texts_;
};

}  // namespace unetns

#endif  // UNETNS_VFS_SYSCTL_FAMILY_H_
