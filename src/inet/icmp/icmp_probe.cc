// Extended echo (RFC 8335): whether an interface of ours, named by name, index or address, is up.
#include <linux/if.h>

#include "inet/icmp/icmp_layer.h"

namespace unetns {
namespace {

// Codes of the reply, and the bits that tell of the interface.
enum : uint8_t { kNoError = 0, kMalformed = 1, kNoInterface = 2 };
enum : uint8_t { kActive = 4, kIpv4 = 2 };

constexpr uint8_t kLocal = 1;     // in the request's last octet: the interface is the proxy's own
constexpr uint8_t kIdentity = 3;  // class of the interface identification object
constexpr size_t kExtension = 4, kObject = 4;  // sizes of their headers (RFC 4884)

struct Found {
  uint8_t code = kMalformed;
  NetDevice* dev = nullptr;
};

Found find(const IpLayer<V4>& ip, Net& net, Bytes extension) {
  if (extension.size() < kExtension + kObject || extension[0] >> 4 != 2) return {};
  const Bytes object = extension.subspan(kExtension);
  const size_t length = load_be16(object.data());
  if (length <= kObject || length > object.size() || object[2] != kIdentity) return {};
  const Bytes id = object.subspan(kObject, length - kObject);
  NetDevice* dev = nullptr;
  switch (object[3]) {
    case 1: {
      if (id.size() >= IFNAMSIZ) return {};
      const std::string_view name(reinterpret_cast<const char*>(id.data()), id.size());
      dev = ip.netdevs().by_name(net, name.substr(0, name.find('\0')));
      break;
    }
    case 2:
      if (id.size() != 4) return {};
      dev = ip.netdevs().by_index(net, static_cast<int>(load_be32(id.data()) & 0x7fffffff));
      break;
    case 3: {
      constexpr size_t kPrefix = 4;  // family, length, reserved
      if (id.size() != kPrefix + 4 || load_be16(id.data()) != 1 || id[2] != 4) return {};
      const auto address = Ipv4Address::from(&id[kPrefix]);
      ip.netdevs().for_each(net, [&](NetDevice& d) {
        if (!dev && ip.routes().address_type(net, address, d.ifindex()) == RTN_LOCAL) dev = &d;
      });
      break;
    }
    default:
      return {};
  }
  return {dev ? kNoError : kNoInterface, dev};
}

}  // namespace

void IcmpLayer::answer_probe(Net& net, Packet packet, const IpRx<V4>& rx) {
  constexpr size_t kStatus = 7;  // the octet where the request has its L bit
  packet.ensure_linear(packet.size());
  if (!packet.ensure_writable(IcmpHeader::kSize) || !(packet.head()[kStatus] & kLocal))
    return net.drop(std::move(packet), DropReason::kIcmpIgnored);
  const Found found = find(ip_, net, packet.head().subspan(IcmpHeader::kSize));
  uint8_t status = 0;
  if (found.dev && found.dev->up()) status |= kActive;
  if (found.dev && ip_.routes().has_address(*found.dev)) status |= kIpv4;
  MutableBytes b = packet.head();
  const uint16_t before = load_be16(&b[6]);
  b[kStatus] = status;
  if (packet.meta().checksum != ChecksumState::kPartial)
    store_be16(&b[2], checksum_update16(load_be16(&b[2]), before, load_be16(&b[6])));
  answer(net, std::move(packet), rx, IcmpType::kExtendedEchoReply, found.code);
}

}  // namespace unetns
