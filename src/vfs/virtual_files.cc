#include "vfs/virtual_files.h"

#include <array>

#include "vfs/file_tree.h"
#include "vfs/proc_net.h"
#include "vfs/sys_class_net.h"
#include "vfs/sysctl_tree.h"

namespace unetns {
namespace {

class Trees final : public VirtualFiles {
 public:
  explicit Trees(const VirtualFilesParts& parts)
      : mounts_{{{"/proc/net", make_proc_net(parts)},
                 {"/proc/sys/net", make_sysctl_tree(parts)},
                 {"/sys/class/net", make_sys_class_net(parts)}}} {}

  bool owns(std::string_view path) const override { return find(path).tree != nullptr; }

  Result<VirtualNode> stat(Net& net, std::string_view path) const override {
    const Place at = find(path);
    if (!at.tree) return fail(ENOENT);
    auto node = at.tree->stat(net, at.path);
    if (!node && node.error().code == ENOENT && below_file(net, at)) return fail(ENOTDIR);
    return node;
  }

  Result<std::string> read(Net& net, std::string_view path) const override {
    UNETNS_ASSIGN(const VirtualNode node, stat(net, path));
    if (node.type == NodeType::kDirectory) return fail(EISDIR);
    if (!(node.mode & 0444)) return fail(EACCES);
    const Place at = find(path);
    return at.tree->read(net, at.path);
  }

  Result<void> write(Net& net, const Caller& caller, std::string_view path,
                     std::string_view text) override {
    UNETNS_ASSIGN(const VirtualNode node, stat(net, path));
    if (node.type == NodeType::kDirectory) return fail(EISDIR);
    if (!(node.mode & 0222)) return fail(EACCES);
    if (text.empty()) return {};  // write(2) of nothing does nothing
    const Place at = find(path);
    return at.tree->write(net, caller, at.path, text);
  }

  Result<std::vector<VirtualEntry>> list(Net& net, std::string_view path) const override {
    UNETNS_ASSIGN(const VirtualNode node, stat(net, path));
    if (node.type != NodeType::kDirectory) return fail(ENOTDIR);
    const Place at = find(path);
    return at.tree->list(net, at.path);
  }

 private:
  struct Mount {
    std::string_view root;
    std::unique_ptr<FileTree> tree;
  };
  struct Place {
    FileTree* tree = nullptr;
    std::string_view path;
  };

  Place find(std::string_view path) const {
    for (const Mount& mount : mounts_) {
      if (!path.starts_with(mount.root)) continue;
      const std::string_view rest = path.substr(mount.root.size());
      if (rest.empty()) return {mount.tree.get(), rest};
      if (rest.front() == '/') return {mount.tree.get(), rest.substr(1)};
    }
    return {};
  }

  static bool below_file(Net& net, const Place& at) {
    for (size_t end = at.path.rfind('/'); end != std::string_view::npos && end > 0;
         end = at.path.rfind('/', end - 1)) {
      const auto node = at.tree->stat(net, at.path.substr(0, end));
      if (node) return node->type == NodeType::kFile;
    }
    return false;
  }

  std::array<Mount, 3> mounts_;
};

}  // namespace

std::unique_ptr<VirtualFiles> make_virtual_files(const VirtualFilesParts& parts) {
  return std::make_unique<Trees>(parts);
}

}  // namespace unetns
