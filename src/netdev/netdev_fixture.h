// Devices without any kind or stack above, for the tests of netdev/ and link/: what happens is
// written down as text.
#ifndef UNETNS_NETDEV_NETDEV_FIXTURE_H_
#define UNETNS_NETDEV_NETDEV_FIXTURE_H_

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "netdev/netdev_layer.h"

namespace unetns {

using Lines = std::vector<std::string>;

inline std::string_view event_name(NetdevEvent event) {
  constexpr std::string_view kNames[] = {"register",     "unregister",  "pre-up",
                                         "up",           "going-down",  "down",
                                         "change",       "change-mtu",  "pre-change-addr",
                                         "change-addr",  "change-name", "change-txqueuelen",
                                         "change-upper", "notify-peers"};
  return kNames[static_cast<size_t>(event)];
}

// Writes down the chain and the messages, in the order in which they come.
class EventLog final : public NetdevNotifier, public LinkMessages {
 public:
  explicit EventLog(std::string tag = {}) : tag_(std::move(tag)) {}

  ~EventLog() override {
    if (layer) layer->unsubscribe(*this);
  }
  Result<void> netdev_event(NetDevice& dev, NetdevEvent event) override {
    if (refuse == event && (refuse_name.empty() || refuse_name == dev.name()))
      return fail(EPERM, "no");
    if (events) lines.push_back(fmt::format("{}{} {}", tag_, event_name(event), dev.name()));
    return {};
  }
  void link_changed(NetDevice& dev, uint32_t mask) override {
    lines.push_back(fmt::format("net{}: NEW {} {:#x}", dev.net().id(), dev.name(), mask));
  }
  void link_deleted(NetDevice& dev, int nsid, int ifindex) override {
    std::string moved = nsid >= 0 ? fmt::format(" to nsid {} index {}", nsid, ifindex) : "";
    lines.push_back(fmt::format("net{}: DEL {}{}", dev.net().id(), dev.name(), moved));
  }
  Lines take() { return std::exchange(lines, {}); }

  NetdevLayer* layer = nullptr;  // where it is subscribed
  Lines lines;
  bool events = true;
  std::optional<NetdevEvent> refuse;
  std::string refuse_name;

 private:
  std::string tag_;
};

// A device that keeps what it is to send.
class FakeOps final : public DeviceOps {
 public:
  Result<void> open(NetDevice&) override {
    return open_error ? Result<void>(fail(open_error)) : Result<void>();
  }
  void transmit(NetDevice&, Packet packet) override { sent.push_back(packet.to_vector()); }
  NetDevice* link(const NetDevice&) const override { return lower; }
  void moved(NetDevice&) override { ++moves; }

  int open_error = 0;
  int moves = 0;
  NetDevice* lower = nullptr;
  std::vector<ByteVector> sent;
};

class FakeKind final : public LinkKind {
 public:
  std::string_view name() const override { return "fake"; }
  Result<NetDevice*> new_link(NetdevLayer& layer, const NewLink& request) override {
    auto dev = std::make_unique<NetDevice>(this, std::make_unique<FakeOps>());
    dev->address = MacAddress{{2, 0, 0, 0, 0, 9}};
    UNETNS_TRY(layer.apply_attributes(*dev, request));
    return layer.register_device(*request.net, std::move(dev),
                                 request.name.empty() ? "fake%d" : request.name, request.ifindex);
  }
  Result<void> delete_link(NetdevLayer& layer, NetDevice& dev) override {
    layer.unregister_device(dev);
    return {};
  }
};

class NetdevTest : public ::testing::Test {
 protected:
  NetdevTest() : registry_(env_.env(), pool_) {
    nsids_ = *NsidLayer::create(registry_);
    layer_ = *NetdevLayer::create(registry_, *nsids_);
    EXPECT_TRUE(registry_.register_device(*layer_));
    EXPECT_TRUE(layer_->register_kind(kind_));
    init_ = *registry_.create();
    a_ = *registry_.create();
    b_ = *registry_.create();
  }
  // The namespaces die while what tests and fixtures add to this (kinds, subscribers) is still
  // there.
  void TearDown() override {
    if (layer_) layer_->set_messages(nullptr);
    a_ = b_ = init_ = NetRef();
    env_.settle();
    EXPECT_EQ(pool_.live(), 0u) << "packets leak";
  }

  // A device without kind, as a driver of hardware makes it.
  NetDevice& physical(Net& net, std::string_view name, int ifindex = 0) {
    auto dev = std::make_unique<NetDevice>(nullptr, std::make_unique<FakeOps>());
    dev->address = MacAddress{{2, 0, 0, 0, 0, 1}};
    return **layer_->register_device(net, std::move(dev), name, ifindex);
  }
  NetDevice& add(Net& net, std::string_view name, int ifindex = 0) {
    return **try_add(net, name, ifindex);
  }
  Result<NetDevice*> try_add(Net& net, std::string_view name, int ifindex = 0) {
    NewLink request = request_for(net, name);
    request.ifindex = ifindex;
    return layer_->add_link(kind_, request);
  }
  NewLink request_for(Net& net, std::string_view name) {
    NewLink request{};
    request.net = request.source_net = &net;
    request.caller = &caller_;
    request.name = name;
    return request;
  }
  void up(NetDevice& dev) { ASSERT_TRUE(layer_->change_flags(dev, IFF_UP, IFF_UP)); }
  void down(NetDevice& dev) { ASSERT_TRUE(layer_->change_flags(dev, 0, IFF_UP)); }
  void watch(EventLog& log) {
    layer_->set_messages(&log);
    EXPECT_TRUE(subscribe(log));
    log.take();
  }
  Result<void> subscribe(EventLog& log) {
    log.layer = layer_.get();
    return layer_->subscribe(log);
  }
  static FakeOps& ops(NetDevice& dev) { return static_cast<FakeOps&>(dev.ops()); }

  // An Ethernet frame of `payload` bytes behind the header.
  Packet frame(const MacAddress& dst, uint16_t ethertype, size_t payload = 46) {
    ByteVector bytes(14 + payload, 0x5a);
    std::copy(dst.bytes.begin(), dst.bytes.end(), bytes.begin());
    store_be16(bytes.data() + 12, ethertype);
    return Packet::copy_of(pool_, bytes);
  }

  FakeEnv env_;
  PacketPool pool_;
  NetRegistry registry_;
  SystemCaller caller_;
  FakeKind kind_;
  std::unique_ptr<NsidLayer> nsids_;
  std::unique_ptr<NetdevLayer> layer_;
  NetRef init_, a_, b_;
};

// Errno and text of a failure, "ok" without.
template <class T>
std::string outcome(const Result<T>& result) {
  if (result) return "ok";
  return result.error().message.empty()
             ? std::to_string(result.error().code)
             : fmt::format("{} {}", result.error().code, result.error().message);
}

}  // namespace unetns

#endif  // UNETNS_NETDEV_NETDEV_FIXTURE_H_
