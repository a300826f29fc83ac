#include "runtime/status_file.h"

#include <fmt/format.h>

#include <optional>

namespace unetns {
namespace {

std::optional<std::string> line_of(std::string_view name, const Creds& k) {
  const auto set = [&](uint64_t caps) { return fmt::format("{:016x}", caps); };
  if (name == "Uid") return fmt::format("{}\t{}\t{}\t{}", k.ruid, k.euid, k.suid, k.fsuid);
  if (name == "Gid") return fmt::format("{}\t{}\t{}\t{}", k.rgid, k.egid, k.sgid, k.fsgid);
  if (name == "CapInh") return set(k.inheritable);
  if (name == "CapPrm") return set(k.permitted);
  if (name == "CapEff") return set(k.effective);
  if (name == "CapBnd") return set(k.bounding);
  if (name == "CapAmb") return set(k.ambient);
  if (name != "Groups") return std::nullopt;
  std::string groups;
  for (uint32_t group : k.groups) groups += fmt::format("{} ", group);
  return groups.empty() ? " " : groups;  // as the kernel shows none
}

}  // namespace

std::string status_text(std::string_view host, const Creds& creds) {
  std::string out;
  while (!host.empty()) {
    const std::string_view line = host.substr(0, host.find('\n'));
    host.remove_prefix(std::min(host.size(), line.size() + 1));
    const std::string_view name = line.substr(0, line.find(':'));
    if (const auto own = line_of(name, creds))
      out.append(name).append(":\t").append(*own);
    else
      out.append(line);
    out += '\n';
  }
  return out;
}

}  // namespace unetns
