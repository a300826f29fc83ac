#include "unetns/capture.h"

#include <fcntl.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "api/api_fixture.h"

namespace unetns {
namespace {

class CaptureTest : public ApiTest {
 protected:
  CaptureTest() {
    char name[] = "/tmp/unetns-capture-XXXXXX";
    const int fd = ::mkstemp(name);
    ::close(fd);
    path = name;
  }
  ~CaptureTest() override { std::filesystem::remove(path); }
  std::string content() const {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  // Types and lengths of the blocks of a pcapng file.
  std::vector<uint32_t> block_types() const {
    const std::string all = content();
    std::vector<uint32_t> types;
    for (size_t at = 0; at + 12 <= all.size();) {
      const auto* p = reinterpret_cast<const uint8_t*>(all.data()) + at;
      types.push_back(load<uint32_t>(p));
      at += load<uint32_t>(p + 4);
    }
    return types;
  }
  std::string path;
};

TEST_F(CaptureTest, ADeviceCapturedByItselfShowsItsFramesBothWays) {
  {
    auto capture = must(Capture::to_file(path));
    must(capture.add(d1));
    must(ping(world, h1, ip("10.0.0.2"), {.count = 2}));
    EXPECT_EQ(capture.frames(), 2u + 4u) << "ARP and echoes";
    must(capture.flush());
  }
  const auto types = block_types();
  ASSERT_EQ(types.size(), 2u + 6u);
  EXPECT_EQ(types[0], 0x0a0d0d0au);
  EXPECT_EQ(types[1], 1u);
  EXPECT_EQ(std::count(types.begin(), types.end(), 6u), 6);
  EXPECT_NE(content().find("h1/eth0"), std::string::npos);
}

TEST_F(CaptureTest, AllDevicesOfAMachineAreCapturedThoseToComeIncluded) {
  auto capture = must(Capture::to_file(path));
  must(capture.add(d1));
  must(capture.add_all(machine));
  must(ping(world, h1, ip("10.0.0.2"), {.count = 1}));
  EXPECT_EQ(capture.frames(), 8u) << "each frame at both ends, once";
  Netns h3 = must(machine.create_netns("h3"));
  must(h3.loopback().set_up());
  must(ping(world, h3, ip("127.0.0.1"), {.count = 1}));
  EXPECT_EQ(capture.frames(), 10u);
  must(capture.flush());
  EXPECT_NE(content().find("h3/lo"), std::string::npos);
}

TEST_F(CaptureTest, ACapturedDeviceMayGoOrMove) {
  auto capture = must(Capture::to_file(path));
  must(capture.add(d1));
  Netns h3 = must(machine.create_netns("h3"));
  must(d1.move_to(h3));
  must(d1.set_up());
  must(d1.send_frame(ByteVector(60)));
  world.settle();
  EXPECT_EQ(capture.frames(), 1u);
  must(d1.remove());
  EXPECT_EQ(code_of(capture.add(d1)), ENODEV);
}

TEST_F(CaptureTest, PcapFilesHaveTheirHeaderAndRecords) {
  {
    auto capture = must(Capture::to_file(path, CaptureFormat::kPcap));
    must(capture.add(d1));
    must(d1.send_frame(ByteVector(60)));
  }
  const std::string all = content();
  ASSERT_EQ(all.size(), 24u + 16 + 60);
  const auto* p = reinterpret_cast<const uint8_t*>(all.data());
  EXPECT_EQ(load<uint32_t>(p), 0xa1b23c4du);
  EXPECT_EQ(load<uint32_t>(p + 20), 1u);  // LINKTYPE_ETHERNET
  EXPECT_EQ(load<uint32_t>(p + 24 + 8), 60u);
}

TEST_F(CaptureTest, AFileThatCannotBeMadeSaysWhy) {
  EXPECT_EQ(code_of(Capture::to_file("/nowhere/at/all")), ENOENT);
  if (::access("/dev/full", W_OK) != 0) GTEST_SKIP();
  auto capture = must(Capture::to_file("/dev/full"));
  EXPECT_EQ(code_of(capture.add(d1)), ENOSPC);
}

TEST_F(CaptureTest, ATapSeesFramesUntilItIsDestroyed) {
  std::vector<std::pair<size_t, bool>> seen;
  {
    const Tap tap =
        d1.tap([&](const TappedFrame& f) { seen.emplace_back(f.bytes.size(), f.outgoing); });
    must(d1.send_frame(ByteVector(60)));
    must(d2.send_frame(ByteVector(70)));
    world.settle();
  }
  must(d1.send_frame(ByteVector(80)));
  EXPECT_EQ(seen, (std::vector<std::pair<size_t, bool>>{{60, true}, {70, false}}));
}

TEST_F(CaptureTest, FramesThatCannotBeSentAreRefused) {
  EXPECT_EQ(code_of(d1.send_frame(ByteVector(1515))), EMSGSIZE);
  EXPECT_EQ(code_of(d1.send_frame(ByteVector(13))), EINVAL);
  must(d1.set_up(false));
  EXPECT_EQ(code_of(d1.send_frame(ByteVector(60))), ENETDOWN);
}

}  // namespace
}  // namespace unetns
