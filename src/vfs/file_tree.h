// FileTree: one subtree of virtual files, e.g. all below /proc/net. Paths are relative to its root,
// which is "".
#ifndef UNETNS_VFS_FILE_TREE_H_
#define UNETNS_VFS_FILE_TREE_H_

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "vfs/virtual_files.h"

namespace unetns {

class FileTree {
 public:
  virtual ~FileTree() = default;
  virtual Result<VirtualNode> stat(Net& net, std::string_view path) const = 0;
  virtual Result<std::string> read(Net& net, std::string_view path) const = 0;
  virtual Result<void> write(Net&, const Caller&, std::string_view, std::string_view) {
    return fail(EACCES);
  }
  virtual Result<std::vector<VirtualEntry>> list(Net& net, std::string_view path) const = 0;
};

inline VirtualNode directory(uint32_t mode) { return {NodeType::kDirectory, mode, {}}; }
inline VirtualNode regular_file(uint32_t mode) { return {NodeType::kFile, mode, {}}; }

// "a/b/c" is "a" and "b/c"; without a slash the second is empty.
inline std::pair<std::string_view, std::string_view> split_first(std::string_view path) {
  const size_t slash = path.find('/');
  if (slash == std::string_view::npos) return {path, {}};
  return {path.substr(0, slash), path.substr(slash + 1)};
}

}  // namespace unetns

#endif  // UNETNS_VFS_FILE_TREE_H_
