// TunDeviceFile over a pair: what a program writes into a device that is down is counted there.
#include "runtime/tun_device_file.h"

#include <linux/if_tun.h>
#include <sys/ioctl.h>

#include "nlmsg/attr_set.h"
#include "runtime/stream_file_fixture.h"

namespace unetns {
namespace {

class TunDeviceFileTest : public StreamFileFixture {
 protected:
  TunDeviceFileTest() {
    auto tun = TunFile::open(machine_->tun(), *machine_->nets().first());
    std::array<uint8_t, 40> request{};
    const std::string_view name = "tap0";
    std::copy(name.begin(), name.end(), request.begin());
    store<uint16_t>(&request[16], IFF_TAP | IFF_NO_PI);
    EXPECT_TRUE(tun->ioctl(SystemCaller(), TUNSETIFF, request));
    int64_t on = 1;
    EXPECT_TRUE(tun->ioctl(SystemCaller(), TUNSETPERSIST, mutable_bytes_of(on)));
    dev_ = tun->device();
    end_ = std::move(
        *files_.add(std::make_unique<TunDeviceFile>(files_, std::move(tun)), true, false));
  }
  size_t fill() {  // as many frames as there is room for
    const ByteVector frame(1000);
    size_t n = 0;
    while (::write(end_.get(), frame.data(), frame.size()) == 1000) n++;
    EXPECT_EQ(errno, EAGAIN);
    return n;
  }
  uint64_t seen() const { return dev_->stats.rx_dropped; }

  NetDevice* dev_ = nullptr;
  UniqueFd end_;
};

TEST_F(TunDeviceFileTest, AllThatFitsIsTakenInOneTurnAndNothingIsLost) {
  size_t written = 0;
  for (int i = 0; i < 5; i++) {
    const size_t now = fill();
    EXPECT_GT(now, 50u);
    written += now;
    turn();
    EXPECT_EQ(seen(), written);
  }
}

TEST_F(TunDeviceFileTest, ManySmallFramesTakeTheirTurns) {
  StreamFile::widen(end_.get());
  const uint8_t frame[14] = {};
  size_t written = 0;
  while (::write(end_.get(), frame, sizeof frame) == sizeof frame) written++;
  ASSERT_GT(written, 512u) << "more than one turn takes";
  turn();
  EXPECT_GE(seen(), 128u);
  EXPECT_LE(seen(), 256u) << "others have their turn";
  for (int i = 0; i < 5; i++) turn();
  EXPECT_EQ(seen(), written);
}

TEST_F(TunDeviceFileTest, WhatWasWrittenBeforeTheClosingComesToo) {
  const size_t written = fill();
  end_.reset();
  for (int i = 0; i < 3; i++) turn();
  EXPECT_EQ(seen(), written);
}

}  // namespace
}  // namespace unetns
