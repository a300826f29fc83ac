// Mounts: what programs mount of namespaces, above all under /run/netns. The directory itself is a
// real one of the run's own, at Mounts::real(); a name in it is an empty file on which a namespace
// is "mounted".
#ifndef UNETNS_RUNTIME_MOUNTS_H_
#define UNETNS_RUNTIME_MOUNTS_H_

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "host/unique_fd.h"
#include "netns/net.h"

namespace unetns {

class Mounts {
 public:
  explicit Mounts(std::string private_dir);

  // Where a path of the program's really is, when it lies in a tree that we keep (/run/netns): else
  // nullopt.
  std::optional<std::string> real(std::string_view path) const;
  // The program's name for a path of ours; the path itself otherwise.
  std::string virtual_path(std::string_view path) const;

  Net* mounted(std::string_view path) const;
  void mount(const std::string& path, NetRef net) { nets_[path].push_back(std::move(net)); }
  NetRef umount(const std::string& path);  // what was mounted there; empty: nothing
  // The name under /run/netns of a namespace, for labels; empty: none.
  std::string name_of(const Net& net) const;
  const std::string& private_dir() const { return private_dir_; }
  int private_fd() const { return private_fd_.get(); }  // of it, to open what lies below

 private:
  std::string private_dir_;
  UniqueFd private_fd_;
  std::map<std::string, std::vector<NetRef>, std::less<>> nets_;  // mounts stack
};

}  // namespace unetns

#endif  // UNETNS_RUNTIME_MOUNTS_H_
