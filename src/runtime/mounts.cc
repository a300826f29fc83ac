#include "runtime/mounts.h"

#include <fcntl.h>

namespace unetns {
namespace {
constexpr std::string_view kNetnsDir = "/run/netns";
constexpr std::string_view kViews = "/view";

bool below(std::string_view path, std::string_view dir) {
  return path.starts_with(dir) && (path.size() == dir.size() || path[dir.size()] == '/');
}
}  // namespace

Mounts::Mounts(std::string private_dir)
    : private_dir_(std::move(private_dir)),
      private_fd_(open(private_dir_.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC)) {}

std::optional<std::string> Mounts::real(std::string_view path) const {
  if (below(path, kNetnsDir)) return private_dir_ + std::string(path);
  return std::nullopt;
}

std::string Mounts::virtual_path(std::string_view path) const {
  if (!below(path, private_dir_)) return std::string(path);
  std::string_view rest = path.substr(private_dir_.size());
  // PRIVATE/view/NETID/proc/net… stands for /proc/net…
  if (below(rest, kViews)) {
    rest.remove_prefix(std::min(rest.size(), kViews.size() + 1));
    const size_t slash = rest.find('/');
    rest = slash == std::string_view::npos ? "/" : rest.substr(slash);
  }
  return std::string(rest);
}

Net* Mounts::mounted(std::string_view path) const {
  auto it = nets_.find(path);
  return it == nets_.end() ? nullptr : it->second.back().get();
}

NetRef Mounts::umount(const std::string& path) {
  auto it = nets_.find(path);
  if (it == nets_.end()) return NetRef();
  NetRef net = std::move(it->second.back());
  it->second.pop_back();
  if (it->second.empty()) nets_.erase(it);
  return net;
}

std::string Mounts::name_of(const Net& net) const {
  for (const auto& [path, stack] : nets_)
    if (stack.back().get() == &net && below(path, kNetnsDir))
      return path.substr(kNetnsDir.size() + 1);
  return {};
}

}  // namespace unetns
