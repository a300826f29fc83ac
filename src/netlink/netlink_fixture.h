// A stack with devices, IPv4 control plane and netlink, and a program that talks to it, for the
// tests of netlink/.
#ifndef UNETNS_NETLINK_NETLINK_FIXTURE_H_
#define UNETNS_NETLINK_NETLINK_FIXTURE_H_

#include <gtest/gtest.h>
#include <linux/capability.h>
#include <linux/if_link.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "inet/inet_layer.h"
#include "link/dummy.h"
#include "link/loopback.h"
#include "link/veth.h"
#include "netlink/netlink_layer.h"
#include "netlink/rtnetlink/rtnetlink.h"

namespace unetns {

class TestCaller final : public Caller {
 public:
  explicit TestCaller(int pid = 100) : pid_(pid) {}
  int pid() const override { return pid_; }
  uint32_t uid() const override { return 7; }
  uint32_t gid() const override { return 8; }
  bool capable(int capability) const override { return !lacks.contains(capability); }
  Result<NetRef> net_from_fd(int fd) const override {
    const auto it = fds.find(fd);
    if (it == fds.end()) return fail(EBADF);
    return it->second;
  }
  Result<NetRef> net_from_pid(int) const override { return fail(ESRCH); }

  std::set<int> lacks;
  std::map<int, NetRef> fds;

 private:
  int pid_;
};

// One message as a program reads it.
struct NlMessage {
  nlmsghdr header;
  ByteVector body;  // behind the header

  uint16_t type() const { return header.nlmsg_type; }
  template <class T>
  T fixed() const {
    T out{};
    std::memcpy(&out, body.data(), std::min(sizeof out, body.size()));
    return out;
  }
  AttrSet attrs(size_t fixed_size) const {
    const size_t start = std::min<size_t>(NLMSG_ALIGN(fixed_size), body.size());
    auto set = parse_attrs(Bytes(body).subspan(start), {}, Strictness::kLiberal);
    return set ? *set : AttrSet{};
  }
  // NLMSG_ERROR and NLMSG_DONE: positive errno.
  int error() const { return -fixed<int32_t>(); }
  AttrSet ack_attrs() const {
    size_t start = sizeof(int32_t);
    if (type() == NLMSG_ERROR) {
      const auto echoed = load<nlmsghdr>(body.data() + 4);
      start += header.nlmsg_flags & NLM_F_CAPPED ? NLMSG_HDRLEN : NLMSG_ALIGN(echoed.nlmsg_len);
    }
    return attrs(start);
  }
  std::string text() const { return std::string(ack_attrs().str(NLMSGERR_ATTR_MSG)); }
};

inline std::vector<NlMessage> split_messages(Bytes data) {
  std::vector<NlMessage> out;
  while (data.size() >= NLMSG_HDRLEN) {
    const auto header = load<nlmsghdr>(data.data());
    EXPECT_GE(header.nlmsg_len, unsigned{NLMSG_HDRLEN});
    EXPECT_LE(header.nlmsg_len, data.size());
    if (header.nlmsg_len < NLMSG_HDRLEN || header.nlmsg_len > data.size()) break;
    const Bytes body = data.subspan(NLMSG_HDRLEN, header.nlmsg_len - NLMSG_HDRLEN);
    out.push_back({header, ByteVector(body.begin(), body.end())});
    data = data.subspan(std::min<size_t>(NLMSG_ALIGN(header.nlmsg_len), data.size()));
  }
  return out;
}

// One netlink socket of a program.
class Talker {
 public:
  Talker(NetlinkLayer& layer, Net& net, TestCaller& caller, int protocol = NETLINK_ROUTE)
      : caller_(caller) {
    auto made = layer.create(net, caller, SOCK_RAW, protocol);
    EXPECT_TRUE(made.has_value());
    socket_ = std::move(*made);
    option(NETLINK_EXT_ACK, 1);
  }
  Socket& operator*() { return *socket_; }
  Socket* operator->() { return socket_.get(); }
  void close() { socket_.reset(); }

  Result<void> option(int name, int value) {
    return socket_->set_option(caller_, SOL_NETLINK, name, bytes_of(value));
  }
  Result<void> bind(uint32_t port = 0, uint32_t groups = 0) {
    const sockaddr_nl name{AF_NETLINK, 0, port, groups};
    return socket_->bind(caller_, bytes_of(name));
  }
  uint32_t port() { return load<sockaddr_nl>(socket_->local_name()->bytes.data()).nl_pid; }

  Result<size_t> send(Bytes data) {
    return socket_->send(caller_, {.data = data, .name = {}, .control = {}});
  }
  // All that can be read now.
  std::vector<NlMessage> read() {
    std::vector<NlMessage> out;
    while (auto message = socket_->receive(0)) {
      datagrams.push_back(message->data.size());
      for (NlMessage& m : split_messages(message->data)) out.push_back(std::move(m));
    }
    return out;
  }

  using Fill = std::function<void(NlWriter&)>;
  template <class T>
  ByteVector build(uint16_t type, uint16_t flags, const T& fixed, const Fill& fill = {}) {
    NlWriter out;
    out.begin_with(type, NLM_F_REQUEST | flags, ++seq, 0, fixed);
    if (fill) fill(out);
    out.end();
    return out.take();
  }
  template <class T>
  std::vector<NlMessage> ask(uint16_t type, uint16_t flags, const T& fixed, const Fill& fill = {}) {
    EXPECT_TRUE(send(build(type, flags, fixed, fill)).has_value());
    return read();
  }
  // The outcome of a request that changes something: what its ack says.
  template <class T>
  Error ack(uint16_t type, uint16_t flags, const T& fixed, const Fill& fill = {}) {
    for (const NlMessage& m : ask(type, flags | NLM_F_ACK, fixed, fill))
      if (m.type() == NLMSG_ERROR || m.type() == NLMSG_DONE)
        return {m.error(), m.text(), m.ack_attrs().u32(NLMSGERR_ATTR_OFFS), 0};
    return {-1, "no ack", 0, 0};
  }

  uint32_t seq = 0;
  std::vector<size_t> datagrams;  // sizes of what was read

 private:
  TestCaller& caller_;
  std::unique_ptr<Socket> socket_;
};

class NetlinkTest : public testing::Test {
 protected:
  static constexpr uint16_t kNew = NLM_F_CREATE | NLM_F_EXCL;

  NetlinkTest() {
    nsids = std::move(*NsidLayer::create(registry));
    netdevs = std::move(*NetdevLayer::create(registry, *nsids));
    inet = std::move(*InetLayer::create(registry, *netdevs));
    EXPECT_TRUE(registry.register_device(*netdevs).has_value());  // devices go with namespaces
    loopback = std::make_unique<LoopbackModule>(*netdevs);
    EXPECT_TRUE(registry.register_device(*loopback).has_value());
    EXPECT_TRUE(netdevs->register_kind(dummy).has_value());
    EXPECT_TRUE(netdevs->register_kind(veth).has_value());
    netlink = std::move(*NetlinkLayer::create(registry, *nsids));
    rtnetlink = std::make_unique<Rtnetlink>(*netlink, registry, *nsids, *netdevs,
                                            std::vector<InetControl*>{inet.get(), nullptr});
    EXPECT_TRUE(rtnetlink->attach().has_value());
    init = std::move(*registry.create());
    a = std::move(*registry.create());
    b = std::move(*registry.create());
    caller.fds = {{5, a}, {6, b}};
  }

  Talker talker(Net& net) { return Talker(*netlink, net, caller); }
  static ifinfomsg link_header(int index = 0, uint32_t flags = 0, uint32_t change = 0) {
    ifinfomsg h{};
    h.ifi_index = index;
    h.ifi_flags = flags;
    h.ifi_change = change;
    return h;
  }
  static Talker::Fill named(std::string name, std::string kind = {}) {
    return [=](NlWriter& out) {
      if (!name.empty()) out.str(IFLA_IFNAME, name);
      if (kind.empty()) return;
      const size_t info = out.nest_begin(IFLA_LINKINFO);
      out.str(IFLA_INFO_KIND, kind);
      out.nest_end(info);
    };
  }
  // `ip link add NAME type KIND`; gives the index.
  int add_link(Net& net, const std::string& name, const std::string& kind) {
    Talker t = talker(net);
    const Error error = t.ack(RTM_NEWLINK, kNew, link_header(), named(name, kind));
    EXPECT_EQ(error.code, 0) << error.message;
    NetDevice* dev = netdevs->by_name(net, name);
    return dev ? dev->ifindex() : 0;
  }
  void up(Net& net, int index) {
    Talker t = talker(net);
    EXPECT_EQ(t.ack(RTM_NEWLINK, 0, link_header(index, IFF_UP, IFF_UP)).code, 0);
  }
  void add_addr(Net& net, int index, const char* address, uint8_t len) {
    Talker t = talker(net);
    const ifaddrmsg h{AF_INET, len, 0, 0, static_cast<uint32_t>(index)};
    const Error error = t.ack(RTM_NEWADDR, kNew, h, [&](NlWriter& out) {
      out.put(IFA_LOCAL, IpAddress::parse(address)->bytes());
    });
    EXPECT_EQ(error.code, 0) << error.message;
  }

  FakeEnv env;
  PacketPool pool;
  NetRegistry registry{env.env(), pool};
  std::unique_ptr<NsidLayer> nsids;
  std::unique_ptr<NetdevLayer> netdevs;
  std::unique_ptr<InetLayer> inet;
  std::unique_ptr<LoopbackModule> loopback;
  DummyKind dummy;
  VethKind veth;
  std::unique_ptr<NetlinkLayer> netlink;
  std::unique_ptr<Rtnetlink> rtnetlink;
  NetRef init, a, b;
  TestCaller caller;

 public:
  ~NetlinkTest() override {
    caller.fds.clear();
    a = b = NetRef();
    init = NetRef();
    env.settle();
    registry.run_cleanup();
    EXPECT_EQ(registry.live_count(), 0u) << "somebody keeps a namespace";
    EXPECT_EQ(registry.allocated_count(), 0u);
    rtnetlink->detach();
    netdevs->unregister_kind(dummy);
    netdevs->unregister_kind(veth);
    rtnetlink.reset();
    netlink.reset();
    loopback.reset();
    inet.reset();
    netdevs.reset();
    nsids.reset();
  }
};

}  // namespace unetns

#endif  // UNETNS_NETLINK_NETLINK_FIXTURE_H_
