// netns_churn COUNT: creates and destroys namespaces by the library, one after the other, and
// prints how many a second. Each is torn down wholly before the next begins: the cleanup list runs
// every time.
#include <cstdio>
#include <cstdlib>

#include "bench/host_env.h"
#include "machine/machine.h"

int main(int argc, char** argv) {
  const long count = argc > 1 ? std::atol(argv[1]) : 200000;
  unetns::HostEnv outside;
  auto machine = unetns::Kernel::boot(outside.env());
  if (!machine || count <= 0) {
    std::fprintf(stderr, "netns_churn: no machine, or a bad count\n");
    return 1;
  }
  unetns::NetRegistry& nets = (*machine)->nets();
  const auto start = outside.env().clock.monotonic();
  for (long i = 0; i < count; ++i) {
    auto net = nets.create();
    if (!net || (*machine)->netdevs().loopback(**net) == nullptr) {
      std::fprintf(stderr, "netns_churn: create failed after %ld\n", i);
      return 1;
    }
    *net = unetns::NetRef();
    outside.settle();
  }
  const auto took = outside.env().clock.monotonic() - start;
  if (nets.live_count() != 1 || nets.cleanup_pending()) {
    std::fprintf(stderr, "netns_churn: %zu namespaces left\n", nets.live_count());
    return 1;
  }
  std::printf("%.0f\n", static_cast<double>(count) * 1e9 / static_cast<double>(took.count()));
  return 0;
}
