// netns_memory COUNT: bytes of resident memory per idle namespace, with COUNT of them alive at
// once. What the program itself holds of each (a NetRef) counts as well.
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <vector>

#include "bench/host_env.h"
#include "machine/machine.h"

namespace {

// Resident set in bytes (proc(5), statm).
long resident() {
  long size = 0, pages = 0;
  std::FILE* f = std::fopen("/proc/self/statm", "r");
  if (f == nullptr || std::fscanf(f, "%ld %ld", &size, &pages) != 2) std::abort();
  std::fclose(f);
  return pages * sysconf(_SC_PAGESIZE);
}

}  // namespace

int main(int argc, char** argv) {
  const long count = argc > 1 ? std::atol(argv[1]) : 100000;
  unetns::HostEnv outside;
  auto machine = unetns::Kernel::boot(outside.env());
  if (!machine || count <= 0) {
    std::fprintf(stderr, "netns_memory: no machine, or a bad count\n");
    return 1;
  }
  unetns::NetRegistry& nets = (*machine)->nets();
  std::vector<unetns::NetRef> live;
  const long before = resident();
  live.reserve(static_cast<size_t>(count));
  for (long i = 0; i < count; ++i) {
    auto net = nets.create();
    if (!net || (*machine)->netdevs().loopback(**net) == nullptr) {
      std::fprintf(stderr, "netns_memory: create failed after %ld\n", i);
      return 1;
    }
    live.push_back(std::move(*net));
    outside.settle();
  }
  if (nets.live_count() != static_cast<size_t>(count) + 1) {
    std::fprintf(stderr, "netns_memory: %zu namespaces alive\n", nets.live_count());
    return 1;
  }
  std::printf("%.0f\n", static_cast<double>(resident() - before) / static_cast<double>(count));
  live.clear();
  outside.settle();
  return 0;
}
