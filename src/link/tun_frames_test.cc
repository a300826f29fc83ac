// Frames between a program and its tun or tap.
#include "link/tun_fixture.h"

namespace unetns {
namespace {

class Catch final : public EtherTypeHandler {
 public:
  void receive(NetDevice&, Packet packet) override {
    meta = packet.meta();
    last = packet.to_vector();
    ++count;
  }
  int count = 0;
  PacketMeta meta;
  ByteVector last;
};

class TunFramesTest : public TunTest {
 protected:
  TunFramesTest() { layer_->register_ethertype(0x0800, ip_); }
  void TearDown() override {
    file_.reset();
    TunTest::TearDown();
  }
  void make(int flags) {
    file_ = open("", flags);
    dev_ = file_->device();
    up(*dev_);
  }
  std::string write(const ByteVector& bytes) { return outcome(file_->write(bytes)); }
  void send(const ByteVector& bytes) { layer_->transmit(*dev_, Packet::copy_of(pool_, bytes)); }

  Catch ip_;
  std::unique_ptr<TunFile> file_;
  NetDevice* dev_ = nullptr;
};

TEST_F(TunFramesTest, HeaderInFrontNamesTheProtocol) {
  make(IFF_TUN);
  ByteVector bytes = packet(24, 0);
  bytes[2] = 0x08;
  bytes[4] = 0x45;
  ASSERT_EQ(*file_->write(bytes), 24u);
  EXPECT_EQ(ip_.count, 1);
  EXPECT_EQ(ip_.last.size(), 20u);
  EXPECT_EQ(ip_.meta.type, PacketType::kHost);
  EXPECT_EQ(ip_.meta.checksum, ChecksumState::kNone);
  EXPECT_EQ(dev_->stats.rx_bytes, 20u);
  for (size_t n : {0, 1, 3}) EXPECT_EQ(write(packet(n)), "22") << n;
  EXPECT_EQ(write(packet(4)), "ok") << "an empty packet, of no protocol";

  send(packet(20));
  const ByteVector read = *file_->read();
  ASSERT_EQ(read.size(), 24u);
  EXPECT_EQ(load_be16(&read[0]), 0u);
  EXPECT_EQ(load_be16(&read[2]), 0x0800u);
  EXPECT_EQ(outcome(file_->read()), std::to_string(EAGAIN));
}

TEST_F(TunFramesTest, WithoutHeaderTheVersionTells) {
  make(IFF_TUN | IFF_NO_PI);
  EXPECT_EQ(write(packet(20, 0x45)), "ok");
  EXPECT_EQ(ip_.count, 1);
  EXPECT_EQ(write(packet(40, 0x60)), "ok");
  EXPECT_EQ(a_->drops(DropReason::kUnhandledProto), 1u) << "nobody takes IPv6 here";
  EXPECT_EQ(write(packet(20, 0x10)), "22");
  EXPECT_EQ(write({}), "22");
  send(packet(33));
  EXPECT_EQ(file_->read()->size(), 33u);
  EXPECT_EQ(dev_->stats.tx_bytes, 33u);
}

TEST_F(TunFramesTest, TapTakesWholeFrames) {
  make(IFF_TAP | IFF_NO_PI);
  EXPECT_EQ(write(packet(13)), "22");
  ByteVector bytes(60);
  std::copy_n(dev_->address.bytes.begin(), 6, bytes.begin());
  bytes[12] = 0x08;
  EXPECT_EQ(write(bytes), "ok");
  EXPECT_EQ(ip_.last.size(), 46u);
  EXPECT_EQ(dev_->stats.rx_bytes, 60u);
  send(bytes);
  EXPECT_EQ(*file_->read(), bytes);
}

TEST_F(TunFramesTest, DeviceThatIsDownIsAnIoError) {
  make(IFF_TAP | IFF_NO_PI);
  down(*dev_);
  EXPECT_EQ(write(packet(13)), "22");
  EXPECT_EQ(write(packet(60)), std::to_string(EIO));
  EXPECT_EQ(dev_->stats.rx_dropped, 1u);
}

TEST_F(TunFramesTest, VnetHeaderIsTakenAndGiven) {
  make(IFF_TUN | IFF_NO_PI | IFF_VNET_HDR);
  EXPECT_EQ(get(*file_, TUNGETVNETHDRSZ), "10");
  EXPECT_EQ(scalar(*file_, TUNSETVNETHDRSZ, 12), "ok");
  EXPECT_EQ(scalar(*file_, TUNSETVNETHDRSZ, 9), "22");
  EXPECT_EQ(write(packet(11)), "22");
  ByteVector bytes(12 + 40);
  bytes[0] = 1;                    // NEEDS_CSUM
  store<uint16_t>(&bytes[6], 20);  // csum_start
  store<uint16_t>(&bytes[8], 6);   // csum_offset
  bytes[12] = 0x45;
  EXPECT_EQ(write(bytes), "ok");
  EXPECT_EQ(ip_.meta.checksum, ChecksumState::kPartial);
  EXPECT_EQ(ip_.meta.csum_start - ip_.meta.network_offset, 20);
  store<uint16_t>(&bytes[6], 39);
  EXPECT_EQ(write(bytes), "22") << "the field lies behind the end";
  bytes[0] = 2;  // DATA_VALID
  EXPECT_EQ(write(bytes), "ok");
  EXPECT_EQ(ip_.meta.checksum, ChecksumState::kUnnecessary);
  send(packet(20));
  EXPECT_EQ(file_->read()->size(), 32u);
}

// TCP over IPv4 of `payload` bytes, behind the header of virtio that calls for segments of 8 bytes.
ByteVector large_segment(size_t payload) {
  ByteVector bytes(10 + 40 + payload, 0x61);
  std::fill_n(bytes.begin(), 50, 0);
  bytes[0] = 1;                    // NEEDS_CSUM
  bytes[1] = 1;                    // GSO_TCPV4
  store<uint16_t>(&bytes[4], 8);   // gso_size
  store<uint16_t>(&bytes[6], 20);  // csum_start
  store<uint16_t>(&bytes[8], 16);  // csum_offset
  bytes[10] = 0x45;
  store_be16(&bytes[12], static_cast<uint16_t>(40 + payload));
  bytes[19] = 6;
  bytes[42] = 5 << 4;
  return bytes;
}

TEST_F(TunFramesTest, LargeSegmentsFromAProgramAreCheckedAndStayWhole) {
  make(IFF_TUN | IFF_NO_PI | IFF_VNET_HDR);
  const ByteVector good = large_segment(30);
  EXPECT_EQ(write(good), "ok");
  EXPECT_EQ(ip_.meta.gso_size, 8);
  EXPECT_EQ(ip_.last.size(), 70u);
  auto spoiled = [&](size_t at, uint8_t value) {
    ByteVector bytes = good;
    bytes[at] = value;
    return write(bytes);
  };
  EXPECT_EQ(spoiled(4, 0), "22") << "without a size";
  EXPECT_EQ(spoiled(1, 3), "22") << "UDP";
  EXPECT_EQ(spoiled(6, 22), "22") << "a checksum elsewhere";
  EXPECT_EQ(spoiled(8, 6), "22") << "a checksum elsewhere";
  EXPECT_EQ(spoiled(19, 17), "22") << "no TCP";
  EXPECT_EQ(spoiled(16, 0x20), "22") << "a fragment";
  EXPECT_EQ(spoiled(13, 71), "22") << "longer than it is";
}

TEST_F(TunFramesTest, TheProgramReadsRealSegments) {
  make(IFF_TUN | IFF_NO_PI);
  const ByteVector bytes = large_segment(30);
  Packet p = Packet::copy_of(pool_, Bytes(bytes).subspan(10));
  p.meta().gso_size = 8;
  layer_->transmit(*dev_, std::move(p));
  EXPECT_EQ(dev_->stats.tx_packets, 4u);
  for (size_t i = 0; i < 4; i++) {
    const ByteVector read = *file_->read();
    ASSERT_EQ(read.size(), i == 3 ? 46u : 48u);
    EXPECT_EQ(load_be16(&read[2]), read.size());
    EXPECT_EQ(load_be32(&read[24]), 8 * i);
    const Bytes tcp = Bytes(read).subspan(20);
    EXPECT_EQ(pseudo_header_sum(Bytes(read).subspan(12, 4), Bytes(read).subspan(16, 4), 6,
                                static_cast<uint32_t>(tcp.size()))
                  .add(tcp)
                  .folded(),
              0xffff);
  }
  EXPECT_FALSE(file_->read());
}

TEST_F(TunFramesTest, ChecksumIsCompletedForTheProgram) {
  make(IFF_TUN | IFF_NO_PI);
  Packet p = Packet::copy_of(pool_, packet(28));
  p.set_transport_here();
  p.meta().csum_start = static_cast<uint16_t>(p.meta().transport_offset + 20);
  p.meta().csum_offset = 6;
  p.meta().checksum = ChecksumState::kPartial;
  layer_->transmit(*dev_, std::move(p));
  const ByteVector read = *file_->read();
  EXPECT_EQ(load_be16(&read[26]), 0xffff);
}

TEST_F(TunFramesTest, QueueIsBoundedByItsLength) {
  make(IFF_TUN | IFF_NO_PI);
  ASSERT_TRUE(layer_->set_tx_queue_len(*dev_, 3));
  int readable = 0;
  file_->on_readable = [&] { ++readable; };
  for (int i = 0; i < 5; i++) send(packet(20));
  EXPECT_EQ(readable, 3);
  EXPECT_EQ(a_->drops(DropReason::kQueueFull), 2u);
  EXPECT_EQ(dev_->stats.tx_dropped, 2u);
}

TEST_F(TunFramesTest, WithoutReaderThereIsNoCarrier) {
  make(IFF_TUN | IFF_NO_PI);
  scalar(*file_, TUNSETPERSIST, 1);
  file_.reset();
  send(packet(20));
  EXPECT_EQ(a_->drops(DropReason::kNoCarrier), 1u);
}

TEST_F(TunFramesTest, FilterOfATapLetsThroughWhatItNames) {
  make(IFF_TAP | IFF_NO_PI);
  uint8_t filter[4 + 6] = {1, 0, 1, 0, 2, 0, 0, 0, 0, 5};  // TUN_FLT_ALLMULTI, one address
  EXPECT_EQ(*file_->ioctl(caller_, TUNSETTXFILTER, filter), 1);
  ByteVector bytes(60);
  std::copy_n(filter + 4, 6, bytes.begin());
  send(bytes);
  EXPECT_TRUE(file_->read());
  bytes[5] = 6;
  send(bytes);
  EXPECT_EQ(a_->drops(DropReason::kTapFilter), 1u);
  bytes[0] = 1;
  send(bytes);
  EXPECT_TRUE(file_->read());
  filter[2] = 2;
  EXPECT_EQ(outcome(file_->ioctl(caller_, TUNSETTXFILTER, filter)), std::to_string(EFAULT));
  filter[2] = 0;
  EXPECT_EQ(*file_->ioctl(caller_, TUNSETTXFILTER, filter), 0);
}

TEST_F(TunFramesTest, ReaderMayCloseWhenToldOfAFrame) {
  make(IFF_TUN | IFF_NO_PI);
  TunFile* raw = file_.get();
  raw->on_readable = [this] {
    auto callback = std::move(file_->on_readable);  // outlives the file
    file_.reset();
  };
  send(packet(20));
  EXPECT_FALSE(layer_->by_name(*a_, "tun0"));
}

TEST_F(TunFramesTest, OtherIoctls) {
  make(IFF_TAP | IFF_NO_PI);
  EXPECT_EQ(get(*file_, TUNGETSNDBUF), std::to_string(0x7fffffff));
  EXPECT_EQ(scalar(*file_, TUNSETSNDBUF, 0), "22");
  EXPECT_EQ(scalar(*file_, TUNSETSNDBUF, 1000), "ok");
  EXPECT_EQ(scalar(*file_, TUNSETOFFLOAD, 1), "ok");
  EXPECT_EQ(scalar(*file_, TUNSETOFFLOAD, 0x4000), "22");
  EXPECT_EQ(scalar(*file_, TUNSETLINK, 1), std::to_string(EBUSY)) << "while it is up";
  EXPECT_EQ(scalar(*file_, TUNSETQUEUE, 0), "22");
  EXPECT_EQ(scalar(*file_, TUNSETOWNER, -1), "22");
  EXPECT_EQ(scalar(*file_, 0x1234, 0), "22");
  EXPECT_EQ(get(*file_, TUNGETVNETLE), "0");
  ifreq_.fill(0);
  EXPECT_TRUE(file_->ioctl(caller_, SIOCGIFHWADDR, ifreq_));
  EXPECT_EQ(load<uint16_t>(&ifreq_[16]), ARPHRD_ETHER);
  EXPECT_EQ(MacAddress::from(&ifreq_[18]), dev_->address.mac());
  ifreq_[23] ^= 1;
  EXPECT_TRUE(file_->ioctl(caller_, SIOCSIFHWADDR, ifreq_));
  EXPECT_EQ(MacAddress::from(&ifreq_[18]), dev_->address.mac());
  ifreq_[18] |= 1;
  EXPECT_EQ(outcome(file_->ioctl(caller_, SIOCSIFHWADDR, ifreq_)), std::to_string(EADDRNOTAVAIL));
  EXPECT_TRUE(file_->ioctl(caller_, TUNGETIFF, ifreq_));
  EXPECT_EQ(name(), "tap0");
  EXPECT_EQ(load<uint16_t>(&ifreq_[16]), IFF_TAP | IFF_NO_PI);
}

TEST_F(TunFramesTest, ShortArgumentsAreFaults) {
  make(IFF_TAP);
  uint8_t three[3] = {};
  for (unsigned long request :
       {static_cast<unsigned long>(TUNGETIFF), static_cast<unsigned long>(TUNGETSNDBUF),
        static_cast<unsigned long>(TUNSETPERSIST), static_cast<unsigned long>(TUNSETTXFILTER),
        static_cast<unsigned long>(SIOCGIFHWADDR), static_cast<unsigned long>(SIOCSIFHWADDR)})
    EXPECT_EQ(outcome(file_->ioctl(caller_, request, three)), std::to_string(EFAULT)) << request;
}

}  // namespace
}  // namespace unetns
