#include "runtime/accepting.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "env/tasks.h"
#include "host/host_clock.h"

namespace unetns {
namespace {

TEST(AcceptingTest, WithoutDescriptorsItRestsAndThenGoesOn) {
  HostClock clock;
  TimerQueue timers(clock);
  TaskQueue tasks;
  EventLoop loop;
  UniqueFd listener(socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0));
  sockaddr_un name{};
  name.sun_family = AF_UNIX;
  socklen_t length = sizeof name;
  ASSERT_EQ(bind(listener.get(), reinterpret_cast<sockaddr*>(&name), sizeof(sa_family_t)), 0);
  ASSERT_EQ(getsockname(listener.get(), reinterpret_cast<sockaddr*>(&name), &length), 0);
  ASSERT_EQ(listen(listener.get(), 4), 0);
  UniqueFd client(socket(AF_UNIX, SOCK_STREAM, 0));
  ASSERT_EQ(connect(client.get(), reinterpret_cast<sockaddr*>(&name), length), 0);

  size_t taken = 0;
  Accepting accepting(loop, timers, std::move(listener), [&](UniqueFd) { taken++; });
  size_t events = 0;
  const auto run = [&](int ms) {
    const Nanos end = clock.monotonic() + std::chrono::milliseconds(ms);
    while (clock.monotonic() < end)
      events += loop.run_once(timers, tasks, std::chrono::milliseconds(5));
  };
  run(10);  // sanitizers need a descriptor when they see a type for the first time
  ASSERT_TRUE(accepting.start());
  rlimit before{};
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &before), 0);
  const rlimit none{0, before.rlim_max};
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &none), 0);
  run(50);
  EXPECT_EQ(setrlimit(RLIMIT_NOFILE, &before), 0);
  EXPECT_EQ(events, 1u);
  EXPECT_EQ(taken, 0u);
  run(150);
  EXPECT_EQ(taken, 1u);
}

}  // namespace
}  // namespace unetns
