#include "runtime/pcap_directory.h"

#include <fcntl.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "env/env.h"
#include "host/temp_dir_fixture.h"

namespace unetns {
namespace {

namespace fs = std::filesystem;

class SinkOps final : public DeviceOps {
 public:
  void transmit(NetDevice& dev, Packet packet) override {
    dev.net().drop(std::move(packet), DropReason::kNotSpecified);
  }
};

struct Block {
  uint32_t type;
  ByteVector body;
};

class PcapTest : public ::testing::Test {
 protected:
  PcapTest() {
    nsids_ = *NsidLayer::create(registry_);
    netdevs_ = *NetdevLayer::create(registry_, *nsids_);
    EXPECT_TRUE(registry_.register_device(*netdevs_));
    net_ = *registry_.create();
  }
  ~PcapTest() override {
    pcap_.reset();
    net_ = NetRef();
    registry_.run_cleanup();
  }
  void start() {
    pcap_ = *PcapDirectory::create(*netdevs_, dir_ + "/out", [this](Net&) { return label_; });
  }
  NetDevice& add_device(std::string_view name, uint16_t type = ARPHRD_ETHER) {
    auto made = std::make_unique<NetDevice>(nullptr, std::make_unique<SinkOps>());
    made->type = type;
    NetDevice& dev = **netdevs_->register_device(*net_, std::move(made), name);
    EXPECT_TRUE(netdevs_->change_flags(dev, IFF_UP, IFF_UP));
    return dev;
  }
  Packet frame(size_t size) {
    Packet p = Packet::allocate(pool_, Packet::kHeadroom, size);
    for (size_t i = 0; i < size; ++i) p.head()[i] = static_cast<uint8_t>(i);
    return p;
  }
  std::vector<Block> blocks(const std::string& name) {
    pcap_->flush();
    std::ifstream in(dir_ + "/out/" + name, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    const auto* p = reinterpret_cast<const uint8_t*>(text.data());
    std::vector<Block> out;
    for (size_t at = 0; at + 12 <= text.size();) {
      const auto length = load<uint32_t>(p + at + 4);
      if (length < 12 || length % 4 || at + length > text.size()) {
        ADD_FAILURE() << "bad block";
        break;
      }
      EXPECT_EQ(load<uint32_t>(p + at + length - 4), length);
      out.push_back({load<uint32_t>(p + at), ByteVector(p + at + 8, p + at + length - 4)});
      at += length;
    }
    return out;
  }
  std::vector<std::string> files() {
    std::vector<std::string> out;
    for (const auto& entry : fs::directory_iterator(dir_ + "/out"))
      out.push_back(entry.path().filename());
    std::sort(out.begin(), out.end());
    return out;
  }

  FakeEnv env_;
  PacketPool pool_;
  NetRegistry registry_{env_.env(), pool_};
  std::unique_ptr<NsidLayer> nsids_;
  std::unique_ptr<NetdevLayer> netdevs_;
  NetRef net_;
  const TempDir temp_;
  const std::string& dir_ = temp_.path();
  std::string label_ = "h1";
  std::unique_ptr<PcapDirectory> pcap_;
};

TEST_F(PcapTest, AFrameIsABlockWithTimeLengthDataAndDirection) {
  start();
  NetDevice& dev = add_device("eth0");
  netdevs_->transmit(dev, frame(61));
  const auto all = blocks("h1-eth0.pcapng");
  ASSERT_EQ(all.size(), 3u);
  EXPECT_EQ(all[0].type, 0x0a0d0d0au);
  EXPECT_EQ(all[1].type, 1u);
  EXPECT_EQ(load<uint16_t>(all[1].body.data()), static_cast<uint16_t>(PcapLinkType::kEthernet));
  const ByteVector& body = all[2].body;
  EXPECT_EQ(all[2].type, 6u);
  const auto when = uint64_t{load<uint32_t>(&body[4])} << 32 | load<uint32_t>(&body[8]);
  EXPECT_EQ(when, static_cast<uint64_t>(env_.clock().realtime().count()));
  EXPECT_EQ(load<uint32_t>(&body[12]), 61u);
  EXPECT_EQ(load<uint32_t>(&body[16]), 61u);
  EXPECT_EQ(body[20 + 60], 60);
  EXPECT_EQ(load<uint16_t>(&body[20 + 64]), 2);       // epb_flags, behind the padding
  EXPECT_EQ(load<uint32_t>(&body[20 + 64 + 4]), 2u);  // outbound
}

TEST_F(PcapTest, ADeviceWithoutFramesHasNoFile) {
  start();
  add_device("eth0");
  EXPECT_TRUE(files().empty());
}

TEST_F(PcapTest, TheNamespaceIsNamedWhenTheFirstFramePasses) {
  start();
  NetDevice& dev = add_device("eth0");
  label_ = "later";
  netdevs_->transmit(dev, frame(60));
  EXPECT_EQ(files(), std::vector<std::string>{"later-eth0.pcapng"});
}

TEST_F(PcapTest, ARenamedDeviceKeepsItsFile) {
  start();
  NetDevice& dev = add_device("eth0");
  netdevs_->transmit(dev, frame(60));
  ASSERT_TRUE(netdevs_->change_flags(dev, 0, IFF_UP));
  ASSERT_TRUE(netdevs_->rename(dev, "eth7"));
  ASSERT_TRUE(netdevs_->change_flags(dev, IFF_UP, IFF_UP));
  netdevs_->transmit(dev, frame(60));
  EXPECT_EQ(files(), std::vector<std::string>{"h1-eth0.pcapng"});
  EXPECT_EQ(blocks("h1-eth0.pcapng").size(), 4u);
}

TEST_F(PcapTest, ADeviceMadeAgainContinuesItsCapture) {
  start();
  NetDevice& dev = add_device("eth0");
  netdevs_->transmit(dev, frame(60));
  netdevs_->unregister_device(dev);
  netdevs_->transmit(add_device("eth0"), frame(60));
  EXPECT_EQ(files(), std::vector<std::string>{"h1-eth0.pcapng"});
  EXPECT_EQ(blocks("h1-eth0.pcapng").size(), 4u);
}

TEST_F(PcapTest, DevicesOfTheSameNameHaveDifferentFiles) {
  start();
  label_ = "a/b";
  netdevs_->transmit(add_device("eth0"), frame(60));
  label_ = "a_b";
  netdevs_->transmit(add_device("eth1"), frame(60));
  NetRef other = *registry_.create();
  std::swap(net_, other);
  netdevs_->transmit(add_device("eth0"), frame(60));
  std::swap(net_, other);
  EXPECT_EQ(files(),
            (std::vector<std::string>{"a_b-eth0-2.pcapng", "a_b-eth0.pcapng", "a_b-eth1.pcapng"}));
}

TEST_F(PcapTest, DevicesWithoutLinkLayerAreRawIp) {
  start();
  netdevs_->transmit(add_device("tun0", ARPHRD_NONE), frame(40));
  EXPECT_EQ(load<uint16_t>(blocks("h1-tun0.pcapng").at(1).body.data()),
            static_cast<uint16_t>(PcapLinkType::kRaw));
}

TEST_F(PcapTest, FramesReachTheDiskBeforeTheEnd) {
  start();
  netdevs_->transmit(add_device("eth0"), frame(60));
  const auto before = fs::file_size(dir_ + "/out/h1-eth0.pcapng");
  EXPECT_GT(before, 0u);  // the headers
  env_.advance(std::chrono::milliseconds(300));
  EXPECT_GT(fs::file_size(dir_ + "/out/h1-eth0.pcapng"), before);
}

TEST_F(PcapTest, AFileInTheWayOfTheDirectoryIsAnError) {
  std::ofstream(dir_ + "/out") << "x";
  auto made = PcapDirectory::create(*netdevs_, dir_ + "/out", [](Net&) { return std::string(); });
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, ENOTDIR);
}

}  // namespace
}  // namespace unetns
