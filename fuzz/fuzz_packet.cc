// Bytes to a device's receive. The input is a run of records: one byte of control, two of length
// (little-endian), and that many bytes of an Ethernet frame. Control: bit 0 which end of the cable,
// bit 1 let timers run, bit 2 fill in our MAC address, bit 3 fill in the IPv4 length and header
// checksum.
#include <netinet/in.h>

#include "fuzz_stack.h"

#include "packet/packet.h"

namespace unetns {
namespace {

constexpr size_t kEthernet = 14, kIpv4 = 20;

void repair_ipv4(ByteVector& frame) {
  if (frame.size() < kEthernet + kIpv4) return;
  uint8_t* ip = frame.data() + kEthernet;
  const size_t header = size_t{ip[0] & 15u} * 4;
  if (header < kIpv4 || kEthernet + header > frame.size()) return;
  store_be16(ip + 2, static_cast<uint16_t>(frame.size() - kEthernet));
  store_be16(ip + 10, 0);
  uint32_t sum = 0;
  for (size_t i = 0; i < header; i += 2) sum += load_be16(ip + i);
  while (sum >> 16) sum = (sum & 0xffff) + (sum >> 16);
  store_be16(ip + 10, static_cast<uint16_t>(~sum));
}

void run(Bytes in) {
  FuzzStack stack;
  stack.add_cable();
  Kernel& machine = stack.machine();
  NetDevice* ends[] = {machine.netdevs().by_name(stack.a(), "v0"), nullptr};
  require(ends[0]);
  ends[1] = ends[0]->ops().link(*ends[0]);
  require(ends[1]);
  // Something to receive what gets through.
  auto udp = machine.socket(stack.a(), stack.caller(), AF_INET, SOCK_DGRAM, 0);
  const sockaddr_in any{AF_INET, to_be16(7), {0}, {}};
  if (udp) (void)(*udp)->bind(stack.caller(), bytes_of(any));
  auto raw = machine.socket(stack.a(), stack.caller(), AF_INET, SOCK_RAW, 1);

  for (int frames = 0; frames < 32 && in.size() >= 4; frames++) {
    const uint8_t control = in[0];
    const size_t length = std::min<size_t>(load<uint16_t>(in.data() + 1), in.size() - 3);
    ByteVector frame(in.begin() + 3, in.begin() + 3 + static_cast<ptrdiff_t>(length));
    in = in.subspan(3 + length);
    NetDevice& dev = *ends[control & 1];
    if ((control & 4) && frame.size() >= kEthernet)
      std::memcpy(frame.data(), dev.address.bytes.data(), 6);
    if (control & 8) repair_ipv4(frame);
    if (!frame.empty()) machine.netdevs().receive(dev, Packet::copy_of(machine.packets(), frame));
    stack.env().settle();
    if (control & 2) stack.env().advance(std::chrono::seconds(2));
    for (auto* socket : {&udp, &raw})
      if (*socket)
        while ((**socket)->receive(0)) {
        }
  }
  stack.env().advance(std::chrono::seconds(40));  // fragments and neighbours time out
}

}  // namespace
}  // namespace unetns

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  unetns::run({data, size});
  return 0;
}
