// prctl(2): capabilities as programs believe to have them, and the carrier of syscalls that an
// outer filter refuses.
#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include <algorithm>

#include "preload/hot_layout.h"
#include "runtime/channel.h"
#include "runtime/dropped_capability.h"
#include "runtime/filter.h"
#include "runtime/socket_file.h"
#include "runtime/stream_file.h"
#include "runtime/supervisor.h"

namespace unetns {
namespace {

Outcome carried(Supervisor& s, Thread& t, Call& c) {
  Call inner;
  inner.listener = c.listener;
  inner.id = c.id;
  inner.tid = c.tid;
  inner.nr = c.arg_int(1);
  inner.carried = true;
  auto args = c.memory().read_object<std::array<uint64_t, 6>>(c.args[2]);
  if (!args) return Outcome::err(EFAULT);
  inner.args = *args;
  Handler handler = s.carried_handler(inner.nr);
  if (!handler) return Outcome::err(ENOSYS);
  Outcome out = handler(s, t, inner);
  if (out.kind == Outcome::Kind::kNative) return Outcome::err(EPERM);  // what the outer filter says
  return out;
}

Outcome ambient(Supervisor& s, Thread& t, const Call& c) {
  Creds& creds = t.process->creds;
  const uint64_t cap = c.args[2];
  if (c.args[3] || c.args[4]) return Outcome::err(EINVAL);
  if (c.args[1] == PR_CAP_AMBIENT_CLEAR_ALL) {
    if (cap) return Outcome::err(EINVAL);
    creds.ambient = 0;
    s.processes().creds_changed(*t.process);
    return Outcome::ret(0);
  }
  if (cap >= kCapCount) return Outcome::err(EINVAL);
  const uint64_t bit = 1ull << cap;
  switch (c.args[1]) {
    case PR_CAP_AMBIENT_IS_SET:
      return Outcome::ret(creds.ambient & bit ? 1 : 0);
    case PR_CAP_AMBIENT_RAISE:
      if (!(creds.permitted & creds.inheritable & bit)) return Outcome::err(EPERM);
      creds.ambient |= bit;
      break;
    case PR_CAP_AMBIENT_LOWER:
      creds.ambient &= ~bit;
      break;
    default:
      return Outcome::err(EINVAL);
  }
  s.processes().creds_changed(*t.process);
  return Outcome::ret(0);
}

// From the accelerator: whose datagram a native recv took.
Outcome taken_name(Supervisor& s, Thread& t, const Call& c) {
  const FileRef ref = s.files().find(t, c.arg_int(1));
  ByteVector data(std::min<uint64_t>(c.args[3], TakenNames::kCompared));
  if (!ref.file || !ref.file->socket() || !c.memory().read(c.args[2], data)) return Outcome::ret(0);
  return Outcome::ret(static_cast<int64_t>(ref.file->socket()->name_of_taken(data)));
}

StreamFile* stream_of(Supervisor& s, const FileRef& ref) {
  return s.files().hot().on() && ref.file ? ref.file->stream() : nullptr;
}

// From the accelerator: it accepts natively if it may.
Outcome accepts(Supervisor& s, Thread& t, const Call& c) {
  const FileRef ref = s.files().find(t, c.arg_int(1));
  StreamFile* file = stream_of(s, ref);
  return file && file->accept_natively(ref.end()) ? Outcome::ret(0) : Outcome::err(EINVAL);
}

// From the accelerator: what it took there is to be accepted by others.
Outcome returns(Supervisor& s, Thread& t, const Call& c) {
  const FileRef ref = s.files().find(t, c.arg_int(1));
  StreamFile* file = stream_of(s, ref);
  return file && file->return_token(c.args[2], ref.end()) ? Outcome::ret(0) : Outcome::err(EINVAL);
}

Outcome drop(Supervisor& s, Thread& t, const Call& c) {
  Creds& creds = t.process->creds;
  const uint64_t cap = c.args[1];
  if (!(creds.effective >> CAP_SETPCAP & 1)) return Outcome::err(EPERM);
  if (cap >= kCapCount) return Outcome::err(EINVAL);
  creds.bounding &= ~(1ull << cap);
  s.processes().creds_changed(*t.process);
  if (!(host_bounding() >> cap & 1)) return Outcome::ret(0);  // reads of it are notified
  bool released = false;
  const auto done = drop_natively(t.tid, static_cast<unsigned>(cap), [&] {
    released = true;
    (void)c.listener->answer(c.id, 0);
  });
  if (!done && done.error().code != ESRCH)
    s.unsupported().note("prctl(PR_CAPBSET_READ) after a drop: ptrace is refused");
  return released ? Outcome::answered() : Outcome::ret(0);
}

Outcome sys_prctl(Supervisor& s, Thread& t, Call& c) {
  s.processes().settle_exec(*t.process);
  Creds& creds = t.process->creds;
  const auto option = static_cast<unsigned>(c.args[0]);
  const uint64_t cap = c.args[1];
  switch (option) {
    case kCarrierOption:
      return carried(s, t, c);
    case UNETNS_NAME_OPTION:
      return s.files().hot().on() ? taken_name(s, t, c) : Outcome::native();
    case UNETNS_ACCEPT_OPTION:
      return accepts(s, t, c);
    case UNETNS_RETURN_OPTION:
      return returns(s, t, c);
    case UNETNS_CHANNEL_OPTION:
      return s.has_dock() ? open_channel(s, t, c) : Outcome::err(EINVAL);
    case PR_SET_DUMPABLE:
      // Its memory must stay readable to us.
      return cap > 1 ? Outcome::err(EINVAL) : Outcome::ret(0);
    case PR_CAPBSET_READ:
      return cap >= kCapCount ? Outcome::err(EINVAL)
                              : Outcome::ret(static_cast<int64_t>(creds.bounding >> cap & 1));
    case PR_CAPBSET_DROP:
      return drop(s, t, c);
    case PR_SET_KEEPCAPS:
      if (cap > 1) return Outcome::err(EINVAL);
      creds.keep_caps = cap;
      s.processes().creds_changed(*t.process);
      return Outcome::ret(0);
    case PR_CAP_AMBIENT:
      return ambient(s, t, c);
    case PR_SET_SECUREBITS:
      return Outcome::ret(0);
    default:
      return Outcome::native();
  }
}

}  // namespace

void register_prctl_calls(std::vector<Handler>& table) { set_handler(table, SYS_prctl, sys_prctl); }

}  // namespace unetns
