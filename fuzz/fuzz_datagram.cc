// What programs hand to datagram sockets: options, control messages, addresses; and IGMP. The input
// is a run of records: one byte of operation, one of the socket (UDP, ping, raw, IGMP), one of an
// option or of flags, one of length, and that many bytes.
#include <netinet/in.h>

#include <array>

#include "fuzz_stack.h"
#include "packet/packet.h"

namespace unetns {
namespace {

enum Operation { kSetIp, kSetUdp, kSetSocket, kSend, kSendControl, kName, kReceive, kIgmp, kWait };

// An IGMP message with a good checksum, from the neighbour to a group or to us.
void send_igmp(FuzzStack& stack, Socket& raw, Bytes message, bool to_group) {
  ByteVector m(message.begin(), message.end());
  if (m.size() >= 4) {
    store_be16(&m[2], 0);
    store_be16(&m[2], internet_checksum(m));
  }
  sockaddr_in to{AF_INET, 0, {to_be32(to_group ? 0xef010101 : 0x0a000001)}, {}};
  (void)raw.send(stack.caller(), {.data = m, .name = bytes_of(to)});
}

void run(Bytes in) {
  FuzzStack stack;
  stack.add_cable();
  auto make = [&](Net& net, int type, int protocol) {
    auto s = stack.machine().socket(net, stack.caller(), AF_INET, type, protocol);
    require(s.has_value());
    return std::move(*s);
  };
  std::array<std::unique_ptr<Socket>, 3> sockets{make(stack.a(), SOCK_DGRAM, 0),
                                                 make(stack.a(), SOCK_RAW, IPPROTO_ICMP),
                                                 make(stack.a(), SOCK_RAW, IPPROTO_IGMP)};
  auto router = make(stack.b(), SOCK_RAW, IPPROTO_IGMP);
  const FuzzCaller& root = stack.caller();
  sockaddr_in here{AF_INET, to_be16(7), {to_be32(0x0a000001)}, {}};
  (void)sockets[0]->bind(root, bytes_of(here));

  for (int records = 0; records < 64 && in.size() >= 4; records++) {
    const int operation = in[0] % 9, number = in[2];
    Socket& s = *sockets[in[1] % sockets.size()];
    const size_t length = std::min<size_t>(in[3], in.size() - 4);
    const Bytes value = in.subspan(4, length);
    in = in.subspan(4 + length);
    switch (operation) {
      case kSetIp:
      case kSetUdp:
      case kSetSocket: {
        const int level = operation == kSetIp    ? int{SOL_IP}
                          : operation == kSetUdp ? int{IPPROTO_UDP}
                                                 : SOL_SOCKET;
        (void)s.set_option(root, level, number, value);
        (void)s.get_option(root, level, number, 64);
        break;
      }
      case kSend:
        (void)s.send(root, {.data = value, .name = bytes_of(here), .flags = number});
        break;
      case kSendControl:
        (void)s.send(root, {.data = bytes_of(here), .name = bytes_of(here), .control = value});
        break;
      case kName:
        (void)((number & 1) ? s.bind(root, value) : s.connect(root, value));
        break;
      case kReceive:
        while (auto m = s.receive((number & 1) ? MSG_ERRQUEUE : 0)) (void)s.control_for(*m);
        break;
      case kIgmp:
        send_igmp(stack, *router, value, number & 1);
        break;
      default:
        stack.env().advance(std::chrono::milliseconds(number * 20));
    }
    stack.env().settle();
  }
  stack.env().advance(std::chrono::seconds(400));
}

}  // namespace
}  // namespace unetns

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  unetns::run({data, size});
  return 0;
}
