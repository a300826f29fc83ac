#include "vfs/proc_net.h"

namespace unetns {
namespace {

struct View {
  std::string_view name;
  std::string (*render)(const VirtualFilesParts&, Net&);
  bool needs_ipv4;
};

constexpr View kViews[] = {
    {"arp", proc_net_arp, true},
    {"dev", proc_net_dev, false},
    {"route", proc_net_route, true},
};

class ProcNet final : public FileTree {
 public:
  explicit ProcNet(const VirtualFilesParts& parts) : parts_(parts) {}

  Result<VirtualNode> stat(Net&, std::string_view path) const override {
    if (path.empty()) return directory(0555);
    if (!find(path)) return fail(ENOENT);
    return regular_file(0444);
  }
  Result<std::string> read(Net& net, std::string_view path) const override {
    const View* view = find(path);
    if (!view) return fail(ENOENT);
    return view->render(parts_, net);
  }
  Result<std::vector<VirtualEntry>> list(Net&, std::string_view) const override {
    std::vector<VirtualEntry> out;
    for (const View& view : kViews)
      if (there(view)) out.push_back({std::string(view.name), NodeType::kFile});
    return out;
  }

 private:
  bool there(const View& view) const { return !view.needs_ipv4 || parts_.ipv4; }
  const View* find(std::string_view name) const {
    for (const View& view : kViews)
      if (view.name == name && there(view)) return &view;
    return nullptr;
  }
  VirtualFilesParts parts_;
};

}  // namespace

std::unique_ptr<FileTree> make_proc_net(const VirtualFilesParts& parts) {
  return std::make_unique<ProcNet>(parts);
}

}  // namespace unetns
