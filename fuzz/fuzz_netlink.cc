// Bytes to netlink sockets. The input is a run of records: one byte of control, two of length
// (little-endian), and that many bytes of a datagram. Control: bit 0 which namespace, bit 1 strict
// checking, bit 2 do not read the answers, bit 3 let timers run, bit 4 repair nlmsg_len of the
// first message, bit 5 generic netlink.
#include <linux/netlink.h>
#include <linux/rtnetlink.h>

#include "fuzz_stack.h"

namespace unetns {
namespace {

struct Record {
  uint8_t control = 0;
  Bytes data;
};

bool next_record(Bytes& in, Record* out) {
  if (in.size() < 4) return false;
  out->control = in[0];
  const size_t length = std::min<size_t>(load<uint16_t>(in.data() + 1), in.size() - 3);
  out->data = in.subspan(3, length);
  in = in.subspan(3 + length);
  return length > 0;
}

void check_answer(const Message& message) {
  Bytes data = message.data;
  while (!data.empty()) {
    require(data.size() >= NLMSG_HDRLEN);
    const auto length = load<nlmsghdr>(data.data()).nlmsg_len;
    require(length >= NLMSG_HDRLEN && length <= data.size());
    data = data.subspan(std::min<size_t>(NLMSG_ALIGN(length), data.size()));
  }
}

void run(Bytes in) {
  FuzzStack stack;
  stack.add_cable();
  std::unique_ptr<Socket> sockets[4];
  for (int i = 0; i < 4; i++) {
    auto made = stack.machine().socket(i & 1 ? stack.b() : stack.a(), stack.caller(), AF_NETLINK,
                                       SOCK_RAW, i & 2 ? NETLINK_GENERIC : NETLINK_ROUTE);
    require(made.has_value());
    sockets[i] = std::move(*made);
    const int one = 1;
    (void)sockets[i]->set_option(stack.caller(), SOL_NETLINK, NETLINK_EXT_ACK, bytes_of(one));
    const sockaddr_nl name{AF_NETLINK, 0, 0, i & 1 ? 0xffffffff : 0};
    (void)sockets[i]->bind(stack.caller(), bytes_of(name));
  }
  int datagrams = 0;
  for (Record record; datagrams++ < 16 && next_record(in, &record);) {
    Socket& socket = *sockets[(record.control & 1) | (record.control & 32 ? 2 : 0)];
    const int strict = record.control & 2 ? 1 : 0;
    (void)socket.set_option(stack.caller(), SOL_NETLINK, NETLINK_GET_STRICT_CHK, bytes_of(strict));
    ByteVector data(record.data.begin(), record.data.end());
    if ((record.control & 16) && data.size() >= NLMSG_HDRLEN) {
      store<uint32_t>(data.data(), static_cast<uint32_t>(data.size()));
      data[6] |= NLM_F_REQUEST;
    }
    (void)socket.send(stack.caller(), {.data = data, .name = {}, .control = {}});
    if (record.control & 8) stack.env().advance(std::chrono::seconds(1));
    stack.env().settle();
    if (record.control & 4) continue;
    for (const auto& reader : sockets)
      while (reader->poll() & (POLLIN | POLLERR))
        if (auto message = reader->receive(0)) check_answer(*message);
  }
}

}  // namespace
}  // namespace unetns

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  unetns::run({data, size});
  return 0;
}
