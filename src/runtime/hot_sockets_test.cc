#include "runtime/hot_sockets.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "host/host_rng.h"
#include "host/temp_dir_fixture.h"
#include "preload/hot_layout.h"

namespace unetns {
namespace {

class HotSocketsTest : public ::testing::Test {
 protected:
  HotSocketsTest() {
    hot_ = std::move(*HotSockets::create(dir_, rng_));
    file_.reset(open((dir_ + "/hot-sockets").c_str(), O_RDONLY | O_CLOEXEC));
  }
  // As programs look it up.
  uint32_t seen(uint64_t inode) const { return slot(inode).flags; }
  unetns_hot_slot slot(uint64_t inode) const {
    for (uint32_t i = 0; i < UNETNS_HOT_PROBES; i++) {
      unetns_hot_slot slot{};
      const size_t at = (unetns_hot_hash(inode) + i) % UNETNS_HOT_SLOTS;
      EXPECT_EQ(pread(file_.get(), &slot, sizeof slot,
                      static_cast<off_t>(sizeof(unetns_hot_head) + at * sizeof slot)),
                static_cast<ssize_t>(sizeof slot));
      if (slot.inode == inode) return slot;
    }
    return {};
  }

  HostRng rng_;
  const TempDir temp_;
  const std::string& dir_ = temp_.path();
  HotSockets hot_;
  UniqueFd file_;
};

TEST_F(HotSocketsTest, ProgramsSeeWhatIsSetAndNoMoreWhenItIsTakenBack) {
  hot_.set(1234, UNETNS_HOT_RECV | UNETNS_HOT_STREAM);
  EXPECT_EQ(seen(1234), UNETNS_HOT_RECV | UNETNS_HOT_STREAM);
  EXPECT_EQ(seen(1235), 0u);
  hot_.set(1234, UNETNS_HOT_RECV);
  EXPECT_EQ(seen(1234), UNETNS_HOT_RECV);
  hot_.set(1234, 0);
  EXPECT_EQ(seen(1234), 0u);
  EXPECT_EQ(hot_.get(1234), 0u);
}

TEST_F(HotSocketsTest, PeersOfDatagramsAreTold) {
  const uint64_t to = unetns_hot_peer(1, 2), from = unetns_hot_peer(3, 4);
  hot_.set(1234, UNETNS_HOT_SEND_TO | UNETNS_HOT_RECV_FROM, 100, to, from);
  EXPECT_EQ(slot(1234).most, 100u);
  EXPECT_EQ(slot(1234).peer, to);
  EXPECT_EQ(slot(1234).source, from);
  EXPECT_EQ(unetns_hot_address(slot(1234).source), 3u);
  EXPECT_EQ(unetns_hot_port(slot(1234).source), 4u);
}

TEST_F(HotSocketsTest, ABirthIsTold) {
  const auto births = [&] {
    unetns_hot_head head{};
    EXPECT_EQ(pread(file_.get(), &head, sizeof head, 0), static_cast<ssize_t>(sizeof head));
    EXPECT_EQ(head.magic, UNETNS_HOT_MAGIC);
    EXPECT_EQ(head.plain_paths, 1u);
    return head.births;
  };
  const uint32_t before = births();
  hot_.born();
  EXPECT_NE(births(), before);
}

TEST_F(HotSocketsTest, WhatFindsNoRoomIsNotHot) {
  for (uint64_t inode = 1; inode <= 4 * UNETNS_HOT_SLOTS; inode++) hot_.set(inode, UNETNS_HOT_SEND);
  size_t in = 0;
  for (uint64_t inode = 1; inode <= 4 * UNETNS_HOT_SLOTS; inode++) {
    EXPECT_EQ(seen(inode), hot_.get(inode));
    in += hot_.get(inode) != 0;
  }
  EXPECT_LE(in, UNETNS_HOT_SLOTS);
  EXPECT_GT(in, UNETNS_HOT_SLOTS / 2);
}

TEST_F(HotSocketsTest, NoProgramCanCutTheTable) {
  EXPECT_EQ(truncate((dir_ + "/hot-sockets").c_str(), 0), -1);
}

TEST(HotSocketsOffTest, WithoutATableNothingIsHot) {
  HotSockets off;
  off.set(7, UNETNS_HOT_SEND);
  off.set_plain_paths(false);
  EXPECT_EQ(off.get(7), 0u);
}

TEST_F(HotSocketsTest, MovesAndFailuresAreCounted) {
  const auto head = [&] {
    unetns_hot_head h{};
    EXPECT_EQ(pread(file_.get(), &h, sizeof h, 0), static_cast<ssize_t>(sizeof h));
    return h;
  };
  const unetns_hot_head before = head();
  hot_.moved();
  EXPECT_NE(head().moves, before.moves);
  EXPECT_EQ(head().failures, before.failures);
  hot_.failed();
  EXPECT_NE(head().failures, before.failures);
}

}  // namespace
}  // namespace unetns
