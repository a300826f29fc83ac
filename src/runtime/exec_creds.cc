#include "runtime/exec_creds.h"

#include <elf.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <linux/capability.h>
#include <sys/auxv.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "host/unique_fd.h"
#include "runtime/program_memory.h"

namespace unetns {

FileCaps FileCaps::parse(Bytes attribute) {
  if (attribute.size() < XATTR_CAPS_SZ_1) return {};
  vfs_ns_cap_data data{};
  std::memcpy(&data, attribute.data(), std::min(sizeof data, attribute.size()));
  const uint32_t revision = data.magic_etc & VFS_CAP_REVISION_MASK;
  const bool wide = revision != VFS_CAP_REVISION_1;
  const size_t wanted = !wide                            ? XATTR_CAPS_SZ_1
                        : revision == VFS_CAP_REVISION_2 ? XATTR_CAPS_SZ_2
                                                         : XATTR_CAPS_SZ_3;
  // Revision 3 holds for the user namespace of one root: here, that of number 0.
  if (attribute.size() != wanted || revision > VFS_CAP_REVISION_3 || data.rootid != 0) return {};
  FileCaps out;
  out.permitted = data.data[0].permitted | (wide ? uint64_t{data.data[1].permitted} << 32 : 0);
  out.inheritable =
      data.data[0].inheritable | (wide ? uint64_t{data.data[1].inheritable} << 32 : 0);
  out.permitted &= kAllCaps;
  out.inheritable &= kAllCaps;
  out.effective = data.magic_etc & VFS_CAP_FLAGS_EFFECTIVE;
  return out;
}

FileCaps FileCaps::of_program(pid_t pid) {
  uint8_t value[XATTR_CAPS_SZ_3];
  const ssize_t n = getxattr(fmt::format("/proc/{}/exe", pid).c_str(), "security.capability", value,
                             sizeof value);
  return n < 0 ? FileCaps{} : parse({value, static_cast<size_t>(n)});
}

Creds creds_after_exec(Creds k, const FileCaps& file) {
  FileCaps f = file;
  if (file.any()) k.ambient = 0;
  if (k.ruid == 0 || k.euid == 0) {  // root's files have all
    f.permitted = f.inheritable = kAllCaps;
    f.effective = k.euid == 0;
  }
  k.permitted = (k.inheritable & f.inheritable) | (f.permitted & k.bounding) | k.ambient;
  k.effective = f.effective ? k.permitted : k.ambient;
  k.keep_caps = false;
  k.suid = k.fsuid = k.euid;
  k.sgid = k.fsgid = k.egid;
  return k;
}

bool exec_may_change(const Creds& creds) {
  // Who is no root may run a file with capabilities.
  return creds.ruid != 0 || creds.euid != 0 || creds_after_exec(creds, {}) != creds;
}

std::optional<ExecStamp> exec_stamp(pid_t pid) {
  UniqueFd fd(open(fmt::format("/proc/{}/auxv", pid).c_str(), O_RDONLY | O_CLOEXEC));
  Elf64_auxv_t entries[64];
  const ssize_t n = fd ? read(fd.get(), entries, sizeof entries) : -1;
  for (ssize_t i = 0; i < n / static_cast<ssize_t>(sizeof entries[0]); i++) {
    if (entries[i].a_type != AT_RANDOM) continue;
    auto stamp = ProgramMemory(pid).read_object<ExecStamp>(entries[i].a_un.a_val);
    return stamp ? std::optional(*stamp) : std::nullopt;
  }
  return std::nullopt;
}

}  // namespace unetns
