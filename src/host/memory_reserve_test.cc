#include "host/memory_reserve.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <memory>
#include <vector>

namespace unetns {
namespace {

constexpr size_t kMega = 1 << 20;

TEST(MemoryReserve, IsUsedOnceUntilItIsSetAsideAgain) {
  MemoryReserve reserve(kMega);
  EXPECT_TRUE(reserve.whole());
  const std::new_handler handler = std::get_new_handler();
  ASSERT_NE(handler, nullptr);
  handler();  // as operator new does when it finds no memory
  EXPECT_EQ(reserve.times_used(), 1u);
  EXPECT_THROW(handler(), std::bad_alloc);
  EXPECT_TRUE(reserve.whole());
  handler();
  EXPECT_EQ(reserve.times_used(), 2u);
}

TEST(MemoryReserve, TheHandlerOfBeforeIsBackAfterwards) {
  const std::new_handler before = std::get_new_handler();
  { MemoryReserve reserve(kMega); }
  EXPECT_EQ(std::get_new_handler(), before);
}

// Bytes of address space in use.
size_t in_use() {
  size_t pages = 0;
  if (FILE* f = std::fopen("/proc/self/statm", "re")) {
    if (std::fscanf(f, "%zu", &pages) != 1) pages = 0;
    std::fclose(f);
  }
  return pages * static_cast<size_t>(sysconf(_SC_PAGESIZE));
}

int where_memory_is_limited() {
  std::vector<std::unique_ptr<char[]>> taken;
  taken.reserve(4096);
  MemoryReserve reserve(4 * kMega);
  const rlimit limit{in_use() + 16 * kMega, RLIM_INFINITY};
  if (setrlimit(RLIMIT_AS, &limit) != 0) return 1;
  while (reserve.times_used() == 0) {  // the one that finds none gets its memory all the same
    if (taken.size() == taken.capacity()) return 2;
    taken.push_back(std::make_unique<char[]>(64 << 10));
  }
  for (int i = 0; i < 20; ++i) taken.push_back(std::make_unique<char[]>(64 << 10));
  if (reserve.whole()) return 3;
  taken.clear();
  taken.shrink_to_fit();
  return reserve.whole() ? 0 : 4;
}

TEST(MemoryReserve, WhatHasBegunIsFinishedWithIt) {
#ifdef __SANITIZE_ADDRESS__
  GTEST_SKIP() << "takes terabytes of address space itself";
#endif
  const pid_t child = fork();
  if (child == 0) _exit(where_memory_is_limited());
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0) << "step " << WEXITSTATUS(status);
}

}  // namespace
}  // namespace unetns
