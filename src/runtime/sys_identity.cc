// Who a program is (credentials(7), capabilities(7)), when it sees itself as root.
#include <fcntl.h>
#include <linux/capability.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "runtime/supervisor.h"

namespace unetns {
namespace {

constexpr uint32_t kKeep = 0xffffffff;  // "-1": leave as it is

template <uint32_t Creds::*Field>
Outcome get_id(Supervisor&, Thread& t, Call&) {
  return Outcome::ret(t.process->creds.*Field);
}

Outcome write_three(const Call& c, uint32_t a, uint32_t b, uint32_t d) {
  const bool ok = c.memory().write_object(c.args[0], a) && c.memory().write_object(c.args[1], b) &&
                  c.memory().write_object(c.args[2], d);
  return ok ? Outcome::ret(0) : Outcome::err(EFAULT);
}
Outcome sys_getresuid(Supervisor&, Thread& t, Call& c) {
  const Creds& k = t.process->creds;
  return write_three(c, k.ruid, k.euid, k.suid);
}
Outcome sys_getresgid(Supervisor&, Thread& t, Call& c) {
  const Creds& k = t.process->creds;
  return write_three(c, k.rgid, k.egid, k.sgid);
}

bool capable(const Creds& k, int cap) { return k.effective >> cap & 1; }

// Sets three ids at once by the rules of setresuid(2); the capabilities follow the effective id
// (capabilities(7)).
Outcome set_uids(Creds& k, uint32_t r, uint32_t e, uint32_t s) {
  auto allowed = [&](uint32_t id) {
    return id == kKeep || id == k.ruid || id == k.euid || id == k.suid || capable(k, CAP_SETUID);
  };
  if (!allowed(r) || !allowed(e) || !allowed(s)) return Outcome::err(EPERM);
  const bool had_root = k.ruid == 0 || k.euid == 0 || k.suid == 0;
  const uint32_t old_e = k.euid;
  if (r != kKeep) k.ruid = r;
  if (e != kKeep) k.euid = e;
  if (s != kKeep) k.suid = s;
  k.fsuid = k.euid;
  const bool has_root = k.ruid == 0 || k.euid == 0 || k.suid == 0;
  if (had_root && !has_root) {
    if (!k.keep_caps) k.permitted = 0;
    k.ambient = 0;
  }
  if (old_e == 0 && k.euid != 0) k.effective = 0;
  if (old_e != 0 && k.euid == 0) k.effective = k.permitted;
  k.effective &= k.permitted;
  return Outcome::ret(0);
}
Outcome set_gids(Creds& k, uint32_t r, uint32_t e, uint32_t s) {
  auto allowed = [&](uint32_t id) {
    return id == kKeep || id == k.rgid || id == k.egid || id == k.sgid || capable(k, CAP_SETGID);
  };
  if (!allowed(r) || !allowed(e) || !allowed(s)) return Outcome::err(EPERM);
  if (r != kKeep) k.rgid = r;
  if (e != kKeep) k.egid = e;
  if (s != kKeep) k.sgid = s;
  k.fsgid = k.egid;
  return Outcome::ret(0);
}

uint32_t id(const Call& c, size_t i) { return static_cast<uint32_t>(c.args[i]); }

Outcome sys_setuid(Supervisor&, Thread& t, Call& c) {
  Creds& k = t.process->creds;
  if (id(c, 0) == kKeep) return Outcome::err(EINVAL);
  return capable(k, CAP_SETUID) ? set_uids(k, id(c, 0), id(c, 0), id(c, 0))
                                : set_uids(k, kKeep, id(c, 0), kKeep);
}
Outcome sys_setgid(Supervisor&, Thread& t, Call& c) {
  Creds& k = t.process->creds;
  if (id(c, 0) == kKeep) return Outcome::err(EINVAL);
  return capable(k, CAP_SETGID) ? set_gids(k, id(c, 0), id(c, 0), id(c, 0))
                                : set_gids(k, kKeep, id(c, 0), kKeep);
}
// setreuid: the saved id follows the new effective one when the real one was set or the effective
// one changed from it.
Outcome sys_setreuid(Supervisor&, Thread& t, Call& c) {
  Creds& k = t.process->creds;
  const uint32_t r = id(c, 0), e = id(c, 1);
  const uint32_t s = r != kKeep || (e != kKeep && e != k.ruid) ? (e != kKeep ? e : k.euid) : kKeep;
  return set_uids(k, r, e, s);
}
Outcome sys_setregid(Supervisor&, Thread& t, Call& c) {
  Creds& k = t.process->creds;
  const uint32_t r = id(c, 0), e = id(c, 1);
  const uint32_t s = r != kKeep || (e != kKeep && e != k.rgid) ? (e != kKeep ? e : k.egid) : kKeep;
  return set_gids(k, r, e, s);
}
Outcome sys_setresuid(Supervisor&, Thread& t, Call& c) {
  return set_uids(t.process->creds, id(c, 0), id(c, 1), id(c, 2));
}
Outcome sys_setresgid(Supervisor&, Thread& t, Call& c) {
  return set_gids(t.process->creds, id(c, 0), id(c, 1), id(c, 2));
}
Outcome sys_setfsuid(Supervisor&, Thread& t, Call& c) {
  Creds& k = t.process->creds;
  const uint32_t old = k.fsuid;
  if (id(c, 0) != kKeep) k.fsuid = id(c, 0);
  return Outcome::ret(old);
}
Outcome sys_setfsgid(Supervisor&, Thread& t, Call& c) {
  Creds& k = t.process->creds;
  const uint32_t old = k.fsgid;
  if (id(c, 0) != kKeep) k.fsgid = id(c, 0);
  return Outcome::ret(old);
}

Outcome sys_getgroups(Supervisor&, Thread& t, Call& c) {
  const auto& groups = t.process->creds.groups;
  const int room = c.arg_int(0);
  if (room < 0) return Outcome::err(EINVAL);
  if (room == 0) return Outcome::ret(static_cast<int64_t>(groups.size()));
  if (static_cast<size_t>(room) < groups.size()) return Outcome::err(EINVAL);
  const Bytes raw{reinterpret_cast<const uint8_t*>(groups.data()), groups.size() * 4};
  return c.memory().write(c.args[1], raw) ? Outcome::ret(static_cast<int64_t>(groups.size()))
                                          : Outcome::err(EFAULT);
}
Outcome sys_setgroups(Supervisor&, Thread& t, Call& c) {
  Creds& k = t.process->creds;
  if (!capable(k, CAP_SETGID)) return Outcome::err(EPERM);
  if (c.args[0] > 65536) return Outcome::err(EINVAL);
  std::vector<uint32_t> groups(c.args[0]);
  if (!c.memory().read(c.args[1], {reinterpret_cast<uint8_t*>(groups.data()), groups.size() * 4}))
    return Outcome::err(EFAULT);
  k.groups = std::move(groups);
  return Outcome::ret(0);
}

// capget(2)/capset(2): version 1 has one word of each set, 2 and 3 have two.
size_t cap_words(uint32_t version) {
  switch (version) {
    case _LINUX_CAPABILITY_VERSION_1:
      return 1;
    case _LINUX_CAPABILITY_VERSION_2:
    case _LINUX_CAPABILITY_VERSION_3:
      return 2;
    default:
      return 0;
  }
}
Outcome wrong_version(const Call& c, __user_cap_header_struct header, bool probe) {
  header.version = _LINUX_CAPABILITY_VERSION_3;
  if (!c.memory().write_object(c.args[0], header)) return Outcome::err(EFAULT);
  return probe ? Outcome::ret(0) : Outcome::err(EINVAL);
}

Outcome sys_capget(Supervisor& s, Thread& t, Call& c) {
  auto header = c.memory().read_object<__user_cap_header_struct>(c.args[0]);
  if (!header) return Outcome::err(EFAULT);
  const size_t words = cap_words(header->version);
  if (!words) return wrong_version(c, *header, !c.args[1]);
  if (header->pid < 0) return Outcome::err(EINVAL);
  const Process* p = t.process;
  if (header->pid != 0 && header->pid != t.tid && header->pid != t.process->tgid) {
    p = s.processes().process(header->pid);
    if (!p) return Outcome::native();
  }
  if (!c.args[1]) return Outcome::ret(0);
  __user_cap_data_struct data[2];
  for (size_t i = 0; i < 2; i++)
    data[i] = {static_cast<uint32_t>(p->creds.effective >> 32 * i),
               static_cast<uint32_t>(p->creds.permitted >> 32 * i),
               static_cast<uint32_t>(p->creds.inheritable >> 32 * i)};
  const Bytes raw{reinterpret_cast<const uint8_t*>(data), words * sizeof data[0]};
  return c.memory().write(c.args[1], raw) ? Outcome::ret(0) : Outcome::err(EFAULT);
}

Outcome sys_capset(Supervisor&, Thread& t, Call& c) {
  auto header = c.memory().read_object<__user_cap_header_struct>(c.args[0]);
  if (!header) return Outcome::err(EFAULT);
  const size_t words = cap_words(header->version);
  if (!words) return wrong_version(c, *header, false);
  if (header->pid != 0 && header->pid != t.tid && header->pid != t.process->tgid)
    return Outcome::err(EPERM);
  __user_cap_data_struct data[2]{};
  if (!c.memory().read(c.args[1], {reinterpret_cast<uint8_t*>(data), words * sizeof data[0]}))
    return Outcome::err(EFAULT);
  auto join = [&](uint32_t __user_cap_data_struct::*f) {
    return (data[0].*f | uint64_t{data[1].*f} << 32) & kAllCaps;
  };
  Creds& k = t.process->creds;
  const uint64_t permitted = join(&__user_cap_data_struct::permitted),
                 effective = join(&__user_cap_data_struct::effective);
  if ((permitted & ~k.permitted) || (effective & ~permitted)) return Outcome::err(EPERM);
  k.permitted = permitted;
  k.effective = effective;
  k.inheritable = join(&__user_cap_data_struct::inheritable);
  k.ambient &= k.permitted & k.inheritable;
  return Outcome::ret(0);
}

// A handler that an exec makes a difference to.
template <Handler kHandler>
Outcome settled(Supervisor& s, Thread& t, Call& c) {
  s.processes().settle_exec(*t.process);
  return kHandler(s, t, c);
}
// A handler that changes who the process is: its children are to know.
template <Handler kHandler>
Outcome changing(Supervisor& s, Thread& t, Call& c) {
  s.processes().settle_exec(*t.process);
  Outcome out = kHandler(s, t, c);
  if (out.kind == Outcome::Kind::kReturn) s.processes().creds_changed(*t.process);
  return out;
}

}  // namespace

void register_identity_calls(std::vector<Handler>& table) {
  set_handler(table, SYS_getuid, get_id<&Creds::ruid>);
  set_handler(table, SYS_geteuid, get_id<&Creds::euid>);
  set_handler(table, SYS_getgid, get_id<&Creds::rgid>);
  set_handler(table, SYS_getegid, get_id<&Creds::egid>);
  set_handler(table, SYS_getresuid, settled<sys_getresuid>);
  set_handler(table, SYS_getresgid, settled<sys_getresgid>);
  set_handler(table, SYS_setuid, changing<sys_setuid>);
  set_handler(table, SYS_setgid, changing<sys_setgid>);
  set_handler(table, SYS_setreuid, changing<sys_setreuid>);
  set_handler(table, SYS_setregid, changing<sys_setregid>);
  set_handler(table, SYS_setresuid, changing<sys_setresuid>);
  set_handler(table, SYS_setresgid, changing<sys_setresgid>);
  set_handler(table, SYS_setfsuid, changing<sys_setfsuid>);
  set_handler(table, SYS_setfsgid, changing<sys_setfsgid>);
  set_handler(table, SYS_getgroups, sys_getgroups);
  set_handler(table, SYS_setgroups, changing<sys_setgroups>);
  set_handler(table, SYS_capget, settled<sys_capget>);
  set_handler(table, SYS_capset, changing<sys_capset>);
}

}  // namespace unetns
