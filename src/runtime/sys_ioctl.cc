// ioctl(2) on sockets of the stack, on /dev/net/tun and on namespace handles.
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/if_tun.h>
#include <linux/nsfs.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <net/route.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>

#include "runtime/caller.h"
#include "runtime/lacking.h"
#include "runtime/net_handle.h"
#include "runtime/socket_file.h"
#include "runtime/stream_file.h"
#include "runtime/supervisor.h"
#include "runtime/tun_device_file.h"

namespace unetns {
namespace {

constexpr size_t kMaxIfconf = 1 << 20;
constexpr unsigned kFionread = 0x541B;
// Where the name of the device hangs in struct rtentry.
constexpr size_t kRouteDevice = offsetof(rtentry, rt_dev);

// TUN requests whose argument is the value itself.
bool scalar(unsigned request) {
  switch (request) {
    case TUNSETNOCSUM:
    case TUNSETDEBUG:
    case TUNSETPERSIST:
    case TUNSETOWNER:
    case TUNSETLINK:
    case TUNSETGROUP:
    case TUNSETOFFLOAD:
      return true;
    default:
      return false;
  }
}

// Requests of sockets that only write, and only when there is something to tell.
bool only_tells(unsigned request) {
  return request == SIOCGSTAMP || request == SIOCGSTAMPNS || request == SIOCGSTAMP_NEW ||
         request == SIOCGSTAMPNS_NEW || request == SIOCOUTQ || request == kFionread;
}

// What a request says whose argument can't be read: some are refused without a look at it.
int fault_of(unsigned request) {
  switch (request) {
    case SIOCGIFVLAN:
    case SIOCSIFVLAN:
      return ENOPKG;
    case SIOCRTMSG:
      return EINVAL;
    default:
      return EFAULT;
  }
}

// Bytes behind the argument pointer of a request.
size_t argument_size(unsigned request) {
  switch (request) {
    case TUNSETIFF:
    case TUNGETIFF:
    case TUNSETQUEUE:
      return sizeof(ifreq);
    default:
      break;
  }
  if (const size_t n = _IOC_SIZE(request)) return n;
  switch (request) {
    case SIOCGSTAMP:
    case SIOCGSTAMPNS:
      return sizeof(timespec);
    case SIOCOUTQ:
    case kFionread:
      return sizeof(int);
    case SIOCGARP:
    case SIOCSARP:
    case SIOCDARP:
      return 68;  // struct arpreq
    case SIOCADDRT:
    case SIOCDELRT:
      return 120;  // struct rtentry
    default:
      return sizeof(ifreq);
  }
}

Outcome with_argument(const Call& c, unsigned request,
                      const std::function<Result<int>(MutableBytes)>& run) {
  if (scalar(request)) {
    uint64_t value = c.args[2];
    return Outcome::of(run(mutable_bytes_of(value)));
  }
  ByteVector argument(argument_size(request));
  if (only_tells(request)) {
    auto told = run(argument);
    if (!told) return Outcome::err(told.error().code);
    return c.memory().write(c.args[2], argument) ? Outcome::ret(*told) : Outcome::err(EFAULT);
  }
  if (!c.memory().read(c.args[2], argument)) return Outcome::err(fault_of(request));
  if (request == SIOCADDRT || request == SIOCDELRT) {
    ByteVector name(IFNAMSIZ);
    if (const auto at = load<uint64_t>(argument.data() + kRouteDevice);
        at && !c.memory().read(at, name))
      return Outcome::err(EFAULT);
    argument.insert(argument.end(), name.begin(), name.end());
    return Outcome::of(run(argument));
  }
  const ByteVector before = argument;
  auto result = run(argument);
  if (!result) return Outcome::err(result.error().code);
  if (argument != before && !c.memory().write(c.args[2], argument)) return Outcome::err(EFAULT);
  return Outcome::ret(*result);
}

// SIOCGIFCONF: the list goes to a buffer that struct ifconf points to.
Outcome interface_list(Supervisor& s, const Call& c, const Caller& caller, Socket& socket) {
  auto conf = c.memory().read_object<ifconf>(c.args[2]);
  if (!conf) return Outcome::err(EFAULT);
  ByteVector list(kMaxIfconf);
  auto n = socket.ioctl(caller, SIOCGIFCONF, list);
  if (!n && n.error().code == ENOTTY)
    if (auto any = s.machine().socket(socket.net(), SystemCaller(), AF_INET, SOCK_DGRAM, 0))
      n = (*any)->ioctl(caller, SIOCGIFCONF, list);
  if (!n) return Outcome::err(n.error().code);
  size_t length = static_cast<size_t>(*n);
  if (conf->ifc_buf) {
    length = std::min<size_t>(length, static_cast<size_t>(std::max(conf->ifc_len, 0)));
    length -= length % sizeof(ifreq);
    if (!c.memory().write(reinterpret_cast<uint64_t>(conf->ifc_buf), Bytes(list).first(length)))
      return Outcome::err(EFAULT);
  }
  conf->ifc_len = static_cast<int>(length);
  return c.memory().write_object(c.args[2], *conf) ? Outcome::ret(0) : Outcome::err(EFAULT);
}

Outcome handle_ioctl(const NetHandle&, unsigned request) {
  switch (request) {
    case NS_GET_NSTYPE:
      return Outcome::ret(CLONE_NEWNET);
    case NS_GET_USERNS:
    case NS_GET_PARENT:
      return Outcome::err(EPERM);
    default:
      return Outcome::err(ENOTTY);
  }
}

// Requests on devices, routes and neighbours: of any socket, also of families that are native
// (if_nametoindex(3) of glibc asks an AF_UNIX one).
bool of_devices(unsigned request) {
  return (request >= SIOCADDRT && request <= SIOCRTMSG) ||
         (request >= SIOCGIFNAME && request < SIOCPROTOPRIVATE);
}

// Those of them that AF_INET serves, and devices alone do not.
bool of_inet(unsigned request) {
  switch (request) {
    case SIOCGIFADDR:
    case SIOCSIFADDR:
    case SIOCGIFDSTADDR:
    case SIOCSIFDSTADDR:
    case SIOCGIFBRDADDR:
    case SIOCSIFBRDADDR:
    case SIOCGIFNETMASK:
    case SIOCSIFNETMASK:
    case SIOCADDRT:
    case SIOCDELRT:
    case SIOCGARP:
    case SIOCSARP:
    case SIOCDARP:
    case SIOCGIFPFLAGS:
    case SIOCSIFPFLAGS:
    case SIOCRTMSG:
      return true;
    default:
      return false;
  }
}

// What the request's struct ifreq points to is read: of ethtool before the device is looked for.
bool points_nowhere(const Call& c, unsigned request) {
  if (request != SIOCETHTOOL) return false;
  const auto req = c.memory().read_object<ifreq>(c.args[2]);
  return req && !c.memory().read_object<uint32_t>(reinterpret_cast<uint64_t>(req->ifr_data));
}

// Those of sockets are older than the sizes in numbers of requests; but for the last ones.
bool of_sockets(unsigned request) {
  return _IOC_SIZE(request) == 0 || request == SIOCGSTAMP_NEW || request == SIOCGSTAMPNS_NEW;
}

Outcome socket_ioctl(Supervisor& s, const Call& c, const Caller& caller, Socket& socket,
                     unsigned request) {
  if (request == SIOCGIFCONF) return interface_list(s, c, caller, socket);
  if (points_nowhere(c, request)) return Outcome::err(EFAULT);
  if (!of_sockets(request))  // a device might know it: struct ifreq is read for it
    return Outcome::err(c.memory().read_object<ifreq>(c.args[2]) ? ENOTTY : EFAULT);
  Outcome out = with_argument(c, request, [&](MutableBytes arg) -> Result<int> {
    auto done = socket.ioctl(caller, request, arg);
    if (done || done.error().code != ENOTTY || !of_devices(request) || of_inet(request))
      return done;
    // What a family does not know is asked of the devices.
    auto any = s.machine().socket(socket.net(), SystemCaller(), AF_INET, SOCK_DGRAM, 0);
    if (!any) return done;
    return (*any)->ioctl(caller, request, arg);
  });
  if (out.kind == Outcome::Kind::kError)
    s.unsupported().note(lacking_ioctl(request, static_cast<int>(out.value)));
  return out;
}

// What a pair can say by itself is the kernel's.
bool native_request(unsigned request) {
  switch (request) {
    case FIOSETOWN:
    case SIOCSPGRP:
    case FIOGETOWN:
    case SIOCGPGRP:
      return true;
    default:
      return false;
  }
}

Outcome stream_ioctl(Supervisor& s, const Call& c, const Caller& caller, StreamFile& stream,
                     unsigned request) {
  switch (request) {
    case SIOCATMARK:
      return Outcome::native();
    case kFionread:
      if (stream.sock().state() == StreamState::kListening) return Outcome::err(EINVAL);
      return Outcome::native();
    case SIOCOUTQ:
    case SIOCOUTQNSD: {
      if (stream.sock().state() == StreamState::kListening) return Outcome::err(EINVAL);
      const size_t n = stream.unseen() + (request == SIOCOUTQ ? stream.sock().unacked_or_unsent()
                                                              : stream.sock().unsent());
      return c.memory().write_object(c.args[2], static_cast<int>(n)) ? Outcome::ret(0)
                                                                     : Outcome::err(EFAULT);
    }
    default:
      return socket_ioctl(s, c, caller, stream.sock(), request);
  }
}

Outcome sys_ioctl(Supervisor& s, Thread& t, Call& c) {
  FileRef ref = s.files().find(t, c.arg_int(0));
  const auto request = static_cast<unsigned>(c.args[1]);
  ThreadCaller caller(s, t);
  if (request == SIOCGSKNS && ref.file && ref.file->stack_socket()) {
    if (!caller.capable(CAP_NET_ADMIN)) return Outcome::err(EPERM);
    auto handle = std::make_unique<NetHandle>(NetRef(ref.file->stack_socket()->net()));
    auto fd = s.files().add(std::move(handle), false, false);
    return fd ? Outcome::install(std::move(*fd), true, true) : Outcome::err(fd.error().code);
  }
  if (!ref.file) {
    if (!of_devices(request) || !s.files().is_socket(t, c.arg_int(0))) return Outcome::native();
    if (of_inet(request)) return Outcome::err(ENOTTY);
    auto socket = s.machine().socket(*t.net, SystemCaller(), AF_INET, SOCK_DGRAM, 0);
    if (!socket) return Outcome::err(ENOTTY);
    s.effect = true;
    return socket_ioctl(s, c, caller, **socket, request);
  }
  if (ref.file->stack_socket() && native_request(request)) return Outcome::native();
  s.effect = true;
  if (StreamFile* stream = ref.file->stream()) {
    stream->readable();
    return stream_ioctl(s, c, caller, *stream, request);
  }
  if (SocketFile* file = ref.file->socket()) {
    file->readable();
    if (const auto next = request == kFionread ? file->next_size() : std::nullopt)
      return c.memory().write_object(c.args[2], static_cast<int>(*next)) ? Outcome::ret(0)
                                                                         : Outcome::err(EFAULT);
    return socket_ioctl(s, c, caller, file->sock(), request);
  }
  if (TunDeviceFile* file = ref.file->tun()) {
    file->settle();
    Outcome out = with_argument(
        c, request, [&](MutableBytes arg) { return file->file().ioctl(caller, request, arg); });
    s.files().mark_dirty(*file);
    return out;
  }
  if (NetHandle* handle = ref.file->net_handle()) return handle_ioctl(*handle, request);
  return Outcome::native();
}

}  // namespace

void register_ioctl_calls(std::vector<Handler>& table) { set_handler(table, SYS_ioctl, sys_ioctl); }

}  // namespace unetns
