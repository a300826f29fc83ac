// Bytes to TCP connections. The first byte chooses what plays:
//   even: two connections over a link that the input makes lose, reorder and double. When the noise
//         ends, all that was written must arrive, unchanged and once, and both ends must come to
//         rest.
//   odd:  one connection against a peer that the input plays. It must stay within its memory, keep
//         what it promised in acks and windows, and not talk for ever.
// The second and third bytes are settings; what follows are operations of one byte and arguments.
#include <cstdlib>
#include <memory>

#include "inet/tcp/tcp_fixture.h"

namespace unetns {
namespace {

using namespace std::chrono_literals;

void require(bool ok) {
  if (!ok) std::abort();
}

class Input {
 public:
  explicit Input(Bytes data) : data_(data) {}
  bool empty() const { return data_.empty(); }
  uint8_t byte() {
    if (data_.empty()) return 0;
    const uint8_t b = data_.front();
    data_ = data_.subspan(1);
    return b;
  }
  uint16_t word() { return static_cast<uint16_t>(byte() | byte() << 8); }

 private:
  Bytes data_;
};

void choose(TcpSettings& s, uint8_t bits) {
  s.sack = bits & 1;
  s.timestamps = bits & 2;
  s.window_scaling = bits & 4;
  s.nodelay = bits & 8;
  s.keepalive = bits & 16;
  s.keep_idle = 5s;
  s.ecn = bits & 32 ? 1 : 0;
  if (bits & 64) {
    s.rcvbuf = 8192;
    s.rcvbuf_locked = true;
  }
  s.oob_inline = true;
  s.mtu_probing = bits & 128;
  s.retries2 = s.orphan_retries = 200;
  s.syn_retries = s.synack_retries = 50;
}

std::string_view algorithm(unsigned number) {
  const auto names = congestion_control_names();
  return names[number % names.size()];
}

void set_link(TcpWire& w, uint8_t b) {
  w.link.loss = (b & 3) * 0.1;
  w.link.reorder = (b >> 2 & 3) * 0.1;
  w.link.duplicate = (b >> 4 & 3) * 0.1;
  w.link.split_gso = !(b & 64);
  w.set_ecn = b & 128 ? 3 : 0;
}

void play_pair(Input& in) {
  const uint8_t bits_a = in.byte(), bits_b = in.byte();
  TcpWire w(bits_a & 1 ? 20 : 40, bits_a * 256u + bits_b + 1);
  choose(w.a.settings, bits_a);
  choose(w.b.settings, bits_b);
  w.control = algorithm(bits_a * 256u + bits_b);
  if (bits_b & 1) w.a.iss = w.b.iss = 0xfffffff0;
  set_link(w, in.byte());
  w.open_a();
  w.run_until([&] { return TcpWire::up(w.a) && TcpWire::up(w.b); }, 10000s);
  require(TcpWire::up(w.a) && TcpWire::up(w.b));
  bool shut[2] = {false, false};
  while (!in.empty()) {
    const uint8_t op = in.byte();
    TcpEnd& end = op & 128 ? w.b : w.a;
    const int which = op & 128 ? 1 : 0;
    switch (op & 15) {
      case 0:
      case 1:
      case 2: {
        const size_t n = in.word() >> (op & 3) * 2;
        if (n && end->send_room() && !shut[which]) w.write(end, n, op & 64, op & 32);
        break;
      }
      case 3:
      case 4:
        w.read(end, in.word());
        break;
      case 5:
      case 6:
        w.run(std::chrono::microseconds(in.word() * 100));
        break;
      case 7:
        set_link(w, in.byte());
        break;
      case 8:
        shut[which] = true;
        end->shutdown_send(w.now);
        break;
      case 9:
        end.settings.cork = op & 16;
        end.settings.nodelay = op & 32;
        end.settings.quickack = op & 64;
        end->settings_changed(w.now);
        break;
      case 10:
        w.mtu = 300u + in.byte() * 5;
        end->path_mtu(w.now, w.mtu);
        break;
      case 11:
        end->push(w.now);
        break;
      case 12:
        end->icmp_error(w.now, EHOSTUNREACH, op & 16, in.word());
        break;
      case 13:
        w.control = algorithm(in.byte());
        end->set_control(w.make_control(), w.now);
        break;
      default:
        w.run(std::chrono::milliseconds(in.byte()));
        break;
    }
  }
  // The noise ends.
  set_link(w, 0);
  for (TcpEnd* e : {&w.a, &w.b}) {
    e->settings.cork = false;
    (*e)->push(w.now);
  }
  const bool whole = w.run_until(
      [&] {
        w.read(w.a);
        w.read(w.b);
        return w.a.taken == w.b.written && w.b.taken == w.a.written;
      },
      100000s);
  require(whole && w.a.intact && w.b.intact);
  w.a->close(w.now);
  w.b->close(w.now);
  w.run_until([&] { return w.a->dead() && w.b->dead(); }, 100000s);
  require(w.a->dead() && w.b->dead() && w.a->error() == 0 && w.b->error() == 0);
}

// What a must not take back: the highest byte acknowledged, and the right edge of its window.
struct Promise {
  bool any = false;
  uint32_t ack = 0, edge = 0;
};

void play_hand(Input& in) {
  TcpHand h;
  choose(h.w.a.settings, in.byte());
  h.w.a.settings.ecn = 0;
  const uint8_t bits = in.byte();
  h.w.control = algorithm(bits);
  TcpOptions o;
  o.mss = bits & 1 ? 1460 : 1;
  o.sack_permitted = bits & 2;
  o.has_ts = bits & 4;
  o.has_wscale = bits & 8;
  o.wscale = bits >> 4;
  h.connect(o);
  const uint8_t scale =
      o.has_wscale && h.w.a.settings.window_scaling ? tcp_receive_wscale(h.w.a.settings) : 0;
  Promise promise;
  auto look = [&](const TcpSegmentOut& s) {
    require(TcpHand::size(s) <= 65535 - 80);
    if (s.flags & (TcpFlag::kSyn | TcpFlag::kRst) || !(s.flags & TcpFlag::kAck)) return;
    const uint32_t edge = s.ack + (uint32_t{s.window} << scale);
    if (promise.any) {
      require(static_cast<int32_t>(s.ack - promise.ack) >= 0);
      require(static_cast<int32_t>(edge - promise.edge) >= 0);
    }
    promise = {true, s.ack, edge};
  };
  uint64_t sent = 0;
  h.w.filter = [&](int, TcpSegmentOut& s) {
    look(s);
    ++sent;
    return false;
  };
  size_t operations = 0;
  while (!in.empty()) {
    ++operations;
    const uint8_t op = in.byte();
    switch (op & 7) {
      case 0:
      case 1:
      case 2: {
        const uint8_t flags = op & 8 ? in.byte() : TcpFlag::kAck;
        TcpSegmentIn s =
            TcpHand::make(5001 + static_cast<uint32_t>(static_cast<int16_t>(in.word())),
                          1001 + static_cast<uint32_t>(static_cast<int16_t>(in.word())), flags,
                          op & 16 ? in.word() : 60000);
        if (flags & TcpFlag::kUrg) s.urgent = in.word();
        if (op & 32) {
          s.options.sack_count = in.byte() % 5;
          for (auto& b : s.options.sack) {
            b.start = 1001 + in.word();
            b.end = b.start + in.byte() * 16;
          }
        }
        if (op & 64) {
          s.options.has_ts = true;
          s.options.ts_val = in.word() * 65536u;
          s.options.ts_ecr = in.word();
        }
        s.ip_ecn = op >> 6;
        const size_t n = op & 128 ? in.word() % 3000 : 0;
        if (n) s.payload = h.w.data(0, n);
        h.w.a.arrive(std::move(s));
        break;
      }
      case 3:
        if (h.w.a->send_room()) h.w.write(h.w.a, in.word() + 1u, op & 8, op & 16);
        break;
      case 4:
        h.w.a->read(h.w.now, in.word());
        break;
      case 5:
        h.w.run(std::chrono::milliseconds(in.word()));
        break;
      case 6:
        h.w.a->path_mtu(h.w.now, in.word());
        break;
      case 7:
        if (op & 8)
          h.w.a->shutdown_send(h.w.now);
        else if (op & 16)
          h.w.a->close(h.w.now);
        else
          h.w.a->icmp_error(h.w.now, EHOSTUNREACH, op & 32, 1001u + in.byte());
        break;
    }
    h.w.a->poll();
    require(h.w.a->readable() < 20'000'000);
    require(h.w.a->memory() < 40'000'000);
  }
  // Left alone, it ends or falls silent.
  h.w.a->close(h.w.now);
  const uint64_t before = sent;
  h.w.run(200'000s);
  require(h.w.a->dead());
  require(sent - before < 20'000 + 100 * operations);
}

}  // namespace
}  // namespace unetns

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  unetns::Input in({data, size});
  if (in.byte() & 1)
    unetns::play_hand(in);
  else
    unetns::play_pair(in);
  return 0;
}
