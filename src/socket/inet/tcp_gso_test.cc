// Large TCP packets on their way between sockets.
#include "socket/inet/inet_fixture.h"
#include "socket/inet/tcp_transfer.h"

namespace unetns {
namespace {

constexpr size_t kMega = 1 << 20;

// The largest frame that leaves by a device.
class Largest final : public PacketTap {
 public:
  Largest(NetdevLayer& layer, NetDevice& dev) : layer_(layer), dev_(dev) {
    layer_.add_tap(&dev_, *this);
  }
  ~Largest() override { layer_.remove_tap(&dev_, *this); }
  void tapped(NetDevice&, const Packet& frame, bool outgoing) override {
    if (outgoing) size = std::max(size, frame.size());
  }
  size_t size = 0;

 private:
  NetdevLayer& layer_;
  NetDevice& dev_;
};

class TcpGsoTest : public InetSocketTest {
 protected:
  ~TcpGsoTest() override {
    client_.reset();
    server_.reset();
    listener_.reset();
    env_.advance(std::chrono::minutes(10));
  }
  std::unique_ptr<StreamSocket> stream(Net& net) {
    return std::unique_ptr<StreamSocket>(
        static_cast<StreamSocket*>(make(net, SOCK_STREAM).release()));
  }
  void open(Net& net, const char* to) {
    listener_ = stream(net);
    ASSERT_EQ(bind(*listener_, to, 5001), 0);
    ASSERT_TRUE(listener_->listen(8));
    client_ = stream(*a_);
    ASSERT_EQ(connect(*client_, to, 5001), EINPROGRESS);
    env_.settle();
    auto child = listener_->accept();
    ASSERT_TRUE(child);
    server_.reset(static_cast<StreamSocket*>(child->release()));
  }
  void transfer() {
    TcpTransfer t(env_, pool_, *client_, *server_);
    EXPECT_TRUE(t.run(8 * kMega, 0, std::chrono::hours(1))) << t.story();
  }
  std::unique_ptr<StreamSocket> listener_, client_, server_;
};

TEST_F(TcpGsoTest, PacketsGoWholeThroughARouter) {
  open(*b_, "10.0.2.1");
  Largest ours(*netdevs_, dev(*a_, "eth0")), forwarded(*netdevs_, dev(*r_, "eth1"));
  transfer();
  EXPECT_GT(ours.size, 30'000u);
  EXPECT_EQ(forwarded.size, ours.size);
  EXPECT_EQ(dev(*r_, "eth1").stats.tx_packets, dev(*b_, "eth0").stats.rx_packets);
  EXPECT_LT(dev(*r_, "eth1").stats.tx_packets, 8 * kMega / 1500 / 2);
  EXPECT_TRUE(drops_.empty());
}

TEST_F(TcpGsoTest, PacketsGoWholeOverTheLoopback) {
  open(*a_, "127.0.0.1");
  Largest ours(*netdevs_, *netdevs_->loopback(*a_));
  transfer();
  EXPECT_GT(ours.size, 30'000u);
}

TEST_F(TcpGsoTest, ADeviceMayLimitThem) {
  dev(*r_, "eth1").gso_max_size = 4000;  // as of ip link set eth1 gso_max_size 4000
  open(*b_, "10.0.2.1");
  Largest ours(*netdevs_, dev(*a_, "eth0")), forwarded(*netdevs_, dev(*r_, "eth1"));
  transfer();
  EXPECT_GT(ours.size, 30'000u);
  EXPECT_LE(forwarded.size, 4014u);
}

TEST_F(TcpGsoTest, OnlyTheirSegmentsMustFitAnMtu) {
  ASSERT_TRUE(netdevs_->set_mtu(dev(*r_, "eth1"), 800));
  ASSERT_TRUE(netdevs_->set_mtu(dev(*b_, "eth0"), 800));
  open(*b_, "10.0.2.1");
  Largest forwarded(*netdevs_, dev(*r_, "eth1"));
  transfer();
  EXPECT_GT(forwarded.size, 10'000u);
}

}  // namespace
}  // namespace unetns
