// Two hosts of a simulated world, joined by a veth pair, with addresses.
#ifndef UNETNS_API_API_FIXTURE_H_
#define UNETNS_API_API_FIXTURE_H_

#include <gtest/gtest.h>

#include "unetns/unetns.h"

namespace unetns {

template <class T>
T must(Result<T> r) {
  if (!r) {
    ADD_FAILURE() << describe(r.error());
    std::abort();
  }
  if constexpr (!std::is_void_v<T>) return std::move(*r);
}

template <class T>
int code_of(const Result<T>& r) {
  return r ? 0 : r.error().code;
}

inline Bytes text(std::string_view s) {
  return {reinterpret_cast<const uint8_t*>(s.data()), s.size()};
}

class ApiTest : public ::testing::Test {
 protected:
  using ms = std::chrono::milliseconds;
  ApiTest() {
    std::tie(d1, d2) = must(h1.add_veth("eth0", h2, "eth0"));
    must(d1.add_address(must(Prefix::parse("10.0.0.1/24"))));
    must(d2.add_address(must(Prefix::parse("10.0.0.2/24"))));
    must(d1.set_up());
    must(d2.set_up());
    world.settle();
  }
  static IpAddress ip(std::string_view a) { return *IpAddress::parse(a); }

  SimulatedWorld world{7};
  Machine machine = must(Machine::boot(world));
  Netns h1 = must(machine.create_netns("h1")), h2 = must(machine.create_netns("h2"));
  Device d1, d2;
};

}  // namespace unetns

#endif  // UNETNS_API_API_FIXTURE_H_
