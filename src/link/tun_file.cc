// Frames between a program and its tun or tap device.
#include "link/tun_file.h"

#include <linux/if_ether.h>

#include "link/tun_file_impl.h"
#include "netdev/ethernet.h"
#include "packet/vnet_header.h"

namespace unetns {

namespace {

constexpr size_t kMaxFrame = 65535 + kEthernetHeader;

// The protocol of a bare IP packet, by its version; 0 when it is neither.
uint16_t ip_protocol(Bytes packet) {
  if (packet.empty()) return 0;
  switch (packet[0] >> 4) {
    case 4:
      return ETH_P_IP;
    case 6:
      return ETH_P_IPV6;
    default:
      return 0;
  }
}

}  // namespace

std::unique_ptr<TunFile> TunFile::open(TunKind& kind, Net& net) {
  return std::make_unique<TunFileImpl>(kind, net);
}

Result<size_t> TunFileImpl::write(Bytes frame) {
  if (!dev_) return fail(EBADFD);
  const size_t total = frame.size();
  uint16_t protocol = 0;
  if (!(ops_->flags & IFF_NO_PI)) {
    if (frame.size() < sizeof(tun_pi)) return fail(EINVAL);
    protocol = load_be16(frame.data() + offsetof(tun_pi, proto));
    frame = frame.subspan(sizeof(tun_pi));
  }
  VnetHeader vnet{};
  if (ops_->flags & IFF_VNET_HDR) {
    const auto size = static_cast<size_t>(ops_->vnet_hdr_size);
    if (frame.size() < size) return fail(EINVAL);
    vnet = load<VnetHeader>(frame.data());
    frame = frame.subspan(size);
  }
  if (frame.size() > kMaxFrame) return fail(EINVAL);
  if (ops_->tap) {
    if (frame.size() < kEthernetHeader) return fail(EINVAL);
  } else if (ops_->flags & IFF_NO_PI) {
    protocol = ip_protocol(frame);
    if (protocol == 0) {
      ++dev_->stats.rx_dropped;
      return fail(EINVAL);
    }
  }
  Packet packet = Packet::copy_of(kind_.layer().registry().packets(), frame);
  packet.meta().protocol = protocol;
  if (auto valid = apply_vnet_header(vnet, ops_->tap ? kEthernetHeader : 0, packet); !valid) {
    ++dev_->stats.rx_frame_errors;
    return std::unexpected(std::move(valid).error());
  }
  if (!dev_->up()) {
    ++dev_->stats.rx_dropped;
    return fail(EIO);
  }
  kind_.layer().receive(*dev_, std::move(packet));
  return total;
}

Result<ByteVector> TunFileImpl::read() {
  if (!dev_) return fail(EBADFD);
  if (queue_.empty()) return fail(EAGAIN);
  const Packet packet = std::move(queue_.front());
  queue_.pop_front();
  const size_t pi = ops_->flags & IFF_NO_PI ? 0 : sizeof(tun_pi);
  const size_t vnet = ops_->flags & IFF_VNET_HDR ? static_cast<size_t>(ops_->vnet_hdr_size) : 0;
  ByteVector out(pi + vnet + packet.size());  // headers zeroed
  const MutableBytes frame = MutableBytes(out).subspan(pi + vnet);
  packet.copy_to(frame);
  if (pi) {
    const uint16_t protocol = !ops_->tap                        ? ip_protocol(frame)
                              : frame.size() >= kEthernetHeader ? ethernet_protocol(frame.data())
                                                                : 0;
    store_be16(out.data() + offsetof(tun_pi, proto), protocol);
  }
  return out;
}

void TunFileImpl::deliver(Packet packet) {
  queue_.push_back(std::move(packet));
  if (on_readable) on_readable();
}

void TunFileImpl::device_gone() {
  dev_ = nullptr;
  ops_ = nullptr;
  queue_.clear();
  if (on_readable) on_readable();
}

}  // namespace unetns
