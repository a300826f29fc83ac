// Attaching a file to a device, and the ioctls of /dev/net/tun.
#include <linux/capability.h>
#include <linux/sockios.h>

#include <algorithm>
#include <cstring>

#include "link/tun_file_impl.h"

namespace unetns {

namespace {

// struct ifreq as far as it is used here: the name, then a union.
constexpr size_t kUnion = IFNAMSIZ;

constexpr uint32_t kFeatures = IFF_TUN | IFF_TAP | TunOps::kNoCarrier | TunOps::kKept;
constexpr unsigned long kSetCarrier = _IOW('T', 226, int);
constexpr unsigned kOffloads = 0x7f;  // TUN_F_CSUM … TUN_F_USO6
constexpr unsigned kOffloadCsum = 1;  // TUN_F_CSUM
constexpr int kMinVnetHeader = 10;    // sizeof(struct virtio_net_hdr)
constexpr size_t kExactFilters = 8;   // Linux reports at most so many as exact

// The value of a scalar argument, or the int that a pointer argument holds.
Result<int> int_arg(Bytes arg) {
  if (arg.size() < sizeof(int)) return fail(EFAULT);
  return load<int>(arg.data());
}
Result<int> answer(MutableBytes arg, int value) {
  if (arg.size() < sizeof(int)) return fail(EFAULT);
  store(arg.data(), value);
  return 0;
}
std::string_view name_in(Bytes ifreq) {
  const auto* text = reinterpret_cast<const char*>(ifreq.data());
  return {text, strnlen(text, IFNAMSIZ - 1)};
}
void store_name(MutableBytes ifreq, std::string_view name) {
  std::memset(ifreq.data(), 0, IFNAMSIZ);
  std::memcpy(ifreq.data(), name.data(), std::min<size_t>(name.size(), IFNAMSIZ - 1));
}

bool may_attach(const Caller& caller, const NetDevice& dev) {
  constexpr uint32_t kNobody = 0xffffffff;
  if (caller.capable(CAP_NET_ADMIN)) return true;
  if (dev.owner_uid != kNobody && dev.owner_uid != caller.uid()) return false;
  return dev.owner_gid == kNobody || dev.owner_gid == caller.gid();
}

}  // namespace

Result<void> TunFileImpl::attach(const Caller& caller, NetDevice& dev, uint16_t flags) {
  if (flags & IFF_TUN_EXCL) return fail(EBUSY);
  TunOps* ops = TunOps::of(dev);
  if (!ops || !(flags & (IFF_TUN | IFF_TAP)) || ops->tap == !!(flags & IFF_TUN))
    return fail(EINVAL);
  if (flags & IFF_MULTI_QUEUE) return fail(EINVAL);
  if (!may_attach(caller, dev)) return fail(EPERM);
  if (ops->reader) return fail(EBUSY);
  ops->flags = flags & TunOps::kKept;
  ops->reader = this;
  dev_ = &dev;
  ops_ = ops;
  kind_.layer().state_changed(dev);
  if (!(flags & TunOps::kNoCarrier)) (void)kind_.layer().set_carrier(dev, true);
  return {};
}

void TunFileImpl::detach() {
  if (!dev_) return;
  NetDevice& dev = *dev_;
  TunOps& ops = *ops_;
  ops.reader = nullptr;
  dev_ = nullptr;
  ops_ = nullptr;
  queue_.clear();
  (void)kind_.layer().set_carrier(dev, false);
  if (ops.persist)
    kind_.layer().state_changed(dev);
  else if (dev.registered())
    kind_.layer().unregister_device(dev);
}

Result<int> TunFileImpl::set_iff(const Caller& caller, MutableBytes arg) {
  if (arg.size() < kUnion + sizeof(uint16_t)) return fail(EFAULT);
  if (dev_) return fail(EEXIST);
  NetdevLayer& layer = kind_.layer();
  const auto flags = load<uint16_t>(arg.data() + kUnion);
  const std::string_view name = name_in(arg);
  if (NetDevice* dev = name.empty() ? nullptr : layer.by_name(*net_, name)) {
    UNETNS_TRY(attach(caller, *dev, flags));
  } else {
    if (!caller.capable(CAP_NET_ADMIN)) return fail(EPERM);
    if (!(flags & (IFF_TUN | IFF_TAP)) || (flags & IFF_MULTI_QUEUE)) return fail(EINVAL);
    if (!net_->alive()) return fail(ENODEV);
    const std::string_view wanted = !name.empty() ? name : flags & IFF_TUN ? "tun%d" : "tap%d";
    UNETNS_ASSIGN(dev_, make_tun_device(kind_, *net_, wanted, wanted_ifindex_, flags));
    ops_ = TunOps::of(*dev_);
    ops_->reader = this;
  }
  store_name(arg, dev_->name());
  return 0;
}

Result<int> TunFileImpl::get_iff(MutableBytes arg) const {
  if (arg.size() < kUnion + sizeof(uint16_t)) return fail(EFAULT);
  store_name(arg, dev_->name());
  uint16_t flags =
      ops_->flags | (ops_->tap ? IFF_TAP : IFF_TUN) | (ops_->persist ? IFF_PERSIST : 0);
  // IFF_NOFILTER: no socket filter is attached. It has the value of IFF_NO_PI.
  store<uint16_t>(arg.data() + kUnion, flags | IFF_NOFILTER);
  return 0;
}

Result<int> TunFileImpl::set_tx_filter(Bytes arg) {
  if (!ops_->tap) return fail(EINVAL);
  if (arg.size() < 4) return fail(EFAULT);  // struct tun_filter: flags, count, addresses
  const size_t count = load<uint16_t>(arg.data() + 2);
  TunOps::TxFilter filter;
  if (count > 0) {
    if (arg.size() < 4 + count * 6) return fail(EFAULT);
    filter.on = true;
    filter.all_multicast = load<uint16_t>(arg.data()) & TUN_FLT_ALLMULTI;
    for (size_t i = 0; i < count; i++)
      filter.exact.push_back(MacAddress::from(arg.data() + 4 + i * 6));
  }
  ops_->filter = std::move(filter);
  return static_cast<int>(std::min(count, kExactFilters));
}

Result<int> TunFileImpl::get_hw_address(MutableBytes arg) const {
  if (arg.size() < kUnion + 16) return fail(EFAULT);  // struct sockaddr
  std::memset(arg.data() + kUnion, 0, 16);
  store<uint16_t>(arg.data() + kUnion, dev_->type);
  std::memcpy(arg.data() + kUnion + 2, dev_->address.bytes.data(),
              std::min<size_t>(dev_->address.len, 14));
  return 0;
}

Result<int> TunFileImpl::set_hw_address(Bytes arg) {
  if (arg.size() < kUnion + 16) return fail(EFAULT);
  if (!ops_->tap) return fail(EOPNOTSUPP);
  if (load<uint16_t>(arg.data() + kUnion) != dev_->type) return fail(EINVAL);
  UNETNS_TRY(kind_.layer().set_address(
      *dev_, LinkLayerAddress::from(arg.subspan(kUnion + 2, dev_->address.len))));
  return 0;
}

Result<int> TunFileImpl::ioctl(const Caller& caller, unsigned long request, MutableBytes arg) {
  switch (request) {
    case TUNGETFEATURES:
      return answer(arg, kFeatures);
    case TUNSETIFF:
      return set_iff(caller, arg);
    case TUNSETIFINDEX: {
      if (dev_) return fail(EPERM);
      UNETNS_ASSIGN(const int ifindex, int_arg(arg));
      if (ifindex < 0) return fail(EINVAL);
      wanted_ifindex_ = ifindex;
      return 0;
    }
    case TUNSETQUEUE:
      return fail(EINVAL);  // no multi-queue devices
  }
  if (!dev_) return fail(EBADFD);
  return ioctl_attached(request, arg);
}

Result<int> TunFileImpl::ioctl_attached(unsigned long request, MutableBytes arg) {
  switch (request) {
    case TUNGETIFF:
      return get_iff(arg);
    case TUNSETNOCSUM:
    case TUNSETDEBUG:
      return request == TUNSETNOCSUM ? Result<int>(0) : fail(EINVAL);
    case TUNSETTXFILTER:
      return set_tx_filter(arg);
    case SIOCGIFHWADDR:
      return get_hw_address(arg);
    case SIOCSIFHWADDR:
      return set_hw_address(arg);
    case TUNGETSNDBUF:
      return answer(arg, ops_->sndbuf);
    case TUNGETVNETHDRSZ:
      return answer(arg, ops_->vnet_hdr_size);
    case TUNGETVNETLE:
      return answer(arg, 0);
  }
  switch (request) {
    case TUNSETPERSIST:
    case TUNSETOWNER:
    case TUNSETGROUP:
    case TUNSETLINK:
    case TUNSETOFFLOAD:
    case TUNSETSNDBUF:
    case TUNSETVNETHDRSZ:
    case TUNSETVNETLE:
    case kSetCarrier:
      break;
    default:
      return fail(EINVAL);
  }
  UNETNS_ASSIGN(const int value, int_arg(arg));
  const auto bits = static_cast<unsigned>(value);
  switch (request) {
    case TUNSETPERSIST:
      ops_->persist = value != 0;
      break;
    case TUNSETOWNER:
      if (value == -1) return fail(EINVAL);
      dev_->owner_uid = bits;
      break;
    case TUNSETGROUP:
      if (value == -1) return fail(EINVAL);
      dev_->owner_gid = bits;
      break;
    case TUNSETLINK:
      UNETNS_TRY(kind_.layer().set_type(*dev_, static_cast<uint16_t>(value)));
      break;
    case TUNSETOFFLOAD:
      // Taken, but never made use of: frames are handed over whole and summed.
      if (bits & ~kOffloads || (bits && !(bits & kOffloadCsum))) return fail(EINVAL);
      break;
    case TUNSETSNDBUF:
      if (value <= 0) return fail(EINVAL);
      ops_->sndbuf = value;
      break;
    case TUNSETVNETHDRSZ:
      if (value < kMinVnetHeader || value > 4096) return fail(EINVAL);
      ops_->vnet_hdr_size = value;
      break;
    case kSetCarrier:
      UNETNS_TRY(kind_.layer().change_carrier(*dev_, value != 0));
      break;
  }
  return 0;
}

}  // namespace unetns
