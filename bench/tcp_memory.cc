// tcp_memory COUNT: bytes of memory per idle established connection in the stack: both ends together,
// sockets included, divided by two.
#include <malloc.h>

#include <vector>

#include "bench/tcp_hosts.h"

int main(int argc, char** argv) {
  const long count = argc > 1 ? std::atol(argv[1]) : 20000;
  unetns::TcpHosts hosts;
  auto listener = hosts.listener(5001, 128);
  std::vector<unetns::TcpHosts::Pair> live;
  live.reserve(static_cast<size_t>(count));
  for (int i = 0; i < 100; i++) hosts.connect(*listener, 5001);  // what is allocated once
  const size_t before = mallinfo2().uordblks;
  for (long i = 0; i < count; i++) live.push_back(hosts.connect(*listener, 5001));
  const size_t after = mallinfo2().uordblks;
  std::printf("%.0f\n", static_cast<double>(after - before) / static_cast<double>(count) / 2);
  live.clear();
  listener.reset();
  return 0;
}
