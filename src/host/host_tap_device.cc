#include "host/host_tap_device.h"

#include <fcntl.h>
#include <linux/if_tun.h>
#include <sys/ioctl.h>
#include <sys/uio.h>
#include <unistd.h>

#include <array>

#include "link/random_mac.h"
#include "netdev/ethernet.h"
#include "packet/gso.h"

namespace unetns {
namespace {

constexpr int kReadBudget = 64;  // frames for each event, before others have their turn

class HostTapOps final : public DeviceOps {
 public:
  HostTapOps(EventLoop& loop, UniqueFd tap) : loop_(loop), tap_(std::move(tap)) {}
  ~HostTapOps() override { loop_.remove(tap_.get()); }

  Result<void> watch(NetDevice& dev) {
    return loop_.add(tap_.get(), EPOLLIN, [this, &dev](uint32_t) { readable(dev); });
  }
  void transmit(NetDevice& dev, Packet packet) override {
    if (packet.meta().gso_size != 0 &&
        segment_gso(dev.layer().registry().packets(), packet, kEthernetHeader,
                    [&](Packet segment) { write(dev, std::move(segment)); }))
      return;
    write(dev, std::move(packet));
  }

 private:
  void write(NetDevice& dev, Packet frame) {
    frame.complete_checksum();
    std::array<Bytes, 64> pieces;
    if (frame.pieces(pieces) == pieces.size()) {
      frame.linearize();
      pieces[0] = frame.head();
    }
    std::array<iovec, 64> vectors;
    size_t count = 0, bytes = 0;
    for (; bytes < frame.size(); count++) {
      vectors[count] = {const_cast<uint8_t*>(pieces[count].data()), pieces[count].size()};
      bytes += pieces[count].size();
    }
    if (::writev(tap_.get(), vectors.data(), static_cast<int>(count)) < 0) {
      ++dev.stats.tx_dropped;  // the host's side is down, or its queue full
      dev.net().drop(std::move(frame), DropReason::kQueueFull);
      return;
    }
    ++dev.stats.tx_packets;
    dev.stats.tx_bytes += bytes;
  }

  void readable(NetDevice& dev) {
    NetdevLayer& layer = dev.layer();
    PacketPool& pool = layer.registry().packets();
    for (int budget = kReadBudget; budget > 0; --budget) {
      const ssize_t n = ::read(tap_.get(), buffer_.data(), buffer_.size());
      if (n <= 0) return;
      if (!dev.up()) continue;  // as a cable that nobody listens to
      // What the frame causes may take the device, and so this, away.
      const std::weak_ptr<char> alive = alive_;
      layer.receive(dev, Packet::copy_of(pool, Bytes(buffer_).first(static_cast<size_t>(n))));
      if (alive.expired()) return;
    }
  }

  EventLoop& loop_;
  UniqueFd tap_;
  ByteVector buffer_ = ByteVector(65536 + kEthernetHeader);
  std::shared_ptr<char> alive_ = std::make_shared<char>();
};

}  // namespace

Result<NetDevice*> HostTapKind::attach(NetdevLayer& layer, Net& net, std::string_view name,
                                       EventLoop& loop, UniqueFd tap) {
  auto ops = std::make_unique<HostTapOps>(loop, std::move(tap));
  HostTapOps& driver = *ops;
  auto dev = std::make_unique<NetDevice>(this, std::move(ops));
  set_random_address(*dev, layer.registry().env().rng);
  UNETNS_ASSIGN(NetDevice * made, layer.register_device(net, std::move(dev), name));
  if (auto watched = driver.watch(*made); !watched) {
    layer.unregister_device(*made);
    return std::unexpected(watched.error());
  }
  return made;
}

Result<void> HostTapKind::delete_link(NetdevLayer& layer, NetDevice& dev) {
  layer.unregister_device(dev);
  return {};
}

Result<UniqueFd> open_host_tap(std::string_view name, std::string* chosen) {
  ifreq request{};
  if (name.size() >= sizeof request.ifr_name) return fail(EINVAL, "name of the TAP");
  UniqueFd tap(::open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC));
  if (!tap) return fail(errno, "/dev/net/tun");
  request.ifr_flags = IFF_TAP | IFF_NO_PI;
  name.copy(request.ifr_name, name.size());
  if (::ioctl(tap.get(), TUNSETIFF, &request) < 0) return fail(errno, "TUNSETIFF");
  *chosen = request.ifr_name;
  return tap;
}

}  // namespace unetns
