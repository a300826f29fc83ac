// Connections that are held to a rate (SO_MAX_PACING_RATE).
#include <gtest/gtest.h>

#include "inet/tcp/tcp_fixture.h"

namespace unetns {
namespace {

using namespace std::chrono_literals;

// Each acknowledgement of the sender's tells of what is missing, so its segments are smaller than
// the rate is counted in.
TEST(TcpPaced, AHoleInWhatIsReceivedDoesNotLowerTheRate) {
  for (const char* control : {"cubic", "bbr"})
    for (const uint64_t rate : {uint64_t{1024} * 5760, uint64_t{1024} * 5700}) {
      TcpWire w(20, 1);
      w.control = control;
      w.link.delay = 25ms;
      w.a.settings.max_pacing_rate = rate;
      w.a.settings.sndbuf_locked = w.b.settings.rcvbuf_locked = true;
      w.a.settings.sndbuf = 4 << 20;
      w.b.settings.rcvbuf = 8 << 20;
      ASSERT_TRUE(w.connect());
      const auto stream = [&](Nanos time) {
        const uint64_t before = w.b.taken;
        const Nanos end = w.now + time;
        w.run_until(
            [&] {
              while (w.a->send_room() > 0) w.write(w.a, 20000);
              w.read(w.b);
              return w.now >= end;
            },
            time);
        return w.b.taken - before;
      };
      stream(2s);
      const uint64_t whole = stream(500ms);
      EXPECT_GT(whole, rate / 2 * 9 / 10) << control;
      std::optional<uint32_t> lost;
      w.filter = [&](int from, TcpSegmentOut& out) {
        if (from == 1 && out.payload && out.payload.size() && !lost) lost = out.seq;
        return from != 1 || out.seq != lost;
      };
      w.write(w.b, 1000);
      w.run(1ms);
      w.write(w.b, 1000);
      w.write(w.b, 2000);
      EXPECT_GT(stream(500ms), whole * 9 / 10) << control << " " << rate;
    }
}

TEST(TcpPaced, ATimeoutSendsAtOnce) {  // RFC 6298, 5.4
  for (const char* control : {"cubic", "bbr"}) {
    TcpWire w(20, 1);
    w.control = control;
    w.a.settings.max_pacing_rate = 1000;
    w.a.settings.tlp = false;
    ASSERT_TRUE(w.connect());
    w.run(1s);
    int drop = 2;
    w.keep_sent = true;
    w.filter = [&](int from, TcpSegmentOut& out) {
      return from != 0 || !out.payload || out.payload.size() == 0 || drop-- <= 0;
    };
    const Nanos start = w.now;
    w.write(w.a, 20000);
    w.run(1500ms);
    std::vector<Nanos> first;
    for (const auto& s : w.sent)
      if (s.from == 0 && s.size && s.seq == w.a.iss + 1) first.push_back(s.at - start);
    ASSERT_GE(first.size(), 2u) << control;
    EXPECT_LT(first[1], 400ms) << control;
  }
}

}  // namespace
}  // namespace unetns
