// Classic BPF programs on a packet. The input: one byte with the number of instructions, these
// (8 bytes each), and the packet; its first byte says how much of it is linear, in units of 4.
#include <algorithm>

#include "env/rng.h"
#include "packet/packet_pool.h"
#include "socket/socket_filter.h"

namespace unetns {
namespace {

void run(Bytes in) {
  if (in.empty()) return;
  const size_t count = std::min<size_t>(in[0], (in.size() - 1) / sizeof(sock_filter));
  const Bytes code = in.subspan(1, count * sizeof(sock_filter));
  const Bytes data = in.subspan(1 + code.size());
  const auto filter = SocketFilter::create(code);
  if (!filter) return;
  PacketPool pool;
  const size_t linear = data.empty() ? 0 : std::min<size_t>(data[0] * size_t{4}, data.size());
  Packet packet = Packet::copy_of(pool, data.first(linear));
  const Packet rest = Packet::copy_of(pool, data.subspan(linear));
  if (rest.size() > 0) packet.append_shared(rest, 0, rest.size());
  SeededRng rng(1);
  FilterFacts facts;
  facts.protocol = 0x800;
  facts.ifindex = data.size() % 2 ? 3 : 0;
  facts.rng = &rng;
  facts.link = packet.head();
  facts.network = packet.head().subspan(std::min<size_t>(14, linear));
  facts.packet = &packet;
  (void)(*filter)->run(packet.head(), facts);
  (void)(*filter)->run(data, FilterFacts{});
}

}  // namespace
}  // namespace unetns

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  unetns::run({data, size});
  return 0;
}
