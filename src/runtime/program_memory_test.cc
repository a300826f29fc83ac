// Memory of a program, here our own: every pointer may be hostile.
#include "runtime/program_memory.h"

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstring>

namespace unetns {
namespace {

uint64_t address(const void* p) { return reinterpret_cast<uint64_t>(p); }

class ProgramMemoryTest : public ::testing::Test {
 protected:
  void SetUp() override {
    pages_ = static_cast<char*>(
        mmap(nullptr, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
    mprotect(pages_ + 4096, 4096, PROT_NONE);
  }
  void TearDown() override { munmap(pages_, 8192); }
  ProgramMemory memory_{getpid()};
  char* pages_ = nullptr;  // one page that is there, one that is not
};

TEST_F(ProgramMemoryTest, NullAndUnmappedAreEfault) {
  EXPECT_EQ(memory_.read_object<int>(0).error().code, EFAULT);
  EXPECT_EQ(memory_.write_object<int>(address(pages_ + 4096), 1).error().code, EFAULT);
  EXPECT_EQ(memory_.read_object<uint64_t>(address(pages_ + 4092)).error().code, EFAULT)
      << "half of it is there";
}

TEST_F(ProgramMemoryTest, WhatNoProgramCanHaveIsKnownWithoutALook) {
  EXPECT_TRUE(ProgramMemory::possible(0, 0));
  EXPECT_TRUE(ProgramMemory::possible(address(pages_ + 4096), 100));
  EXPECT_FALSE(ProgramMemory::possible(0xffff888000000000, 0));
  EXPECT_FALSE(ProgramMemory::possible(1, ~size_t{0}));
}

TEST_F(ProgramMemoryTest, ReadOnlyMemoryIsNotWritten) {
  mprotect(pages_, 4096, PROT_READ);
  EXPECT_EQ(memory_.write_object<int>(address(pages_), 1).error().code, EFAULT);
}

TEST_F(ProgramMemoryTest, AStringMayEndAtTheLastByteOfAPage) {
  std::memcpy(pages_ + 4092, "abc", 4);
  EXPECT_EQ(memory_.read_string(address(pages_ + 4092), 100).value(), "abc");
}

TEST_F(ProgramMemoryTest, AStringThatRunsIntoNothingIsEfault) {
  std::memset(pages_, 'x', 4096);
  EXPECT_EQ(memory_.read_string(address(pages_), 8192).error().code, EFAULT);
}

TEST_F(ProgramMemoryTest, AStringWithoutEndIsTooLong) {
  std::memset(pages_, 'x', 4096);
  EXPECT_EQ(memory_.read_string(address(pages_), 1000).error().code, ENAMETOOLONG);
}

TEST_F(ProgramMemoryTest, SeveralStringsAreEachAsIfReadAlone) {
  const std::string longer(300, 'y');
  std::memcpy(pages_ + 4092, "abc", 4);
  const auto got = memory_.read_strings(
      std::array{address("one"), address(longer.c_str()), address(pages_ + 4092)}, 4096);
  EXPECT_EQ(got[0].value(), "one");
  EXPECT_EQ(got[1].value(), longer);
  EXPECT_EQ(got[2].value(), "abc");
  const auto bad =
      memory_.read_strings(std::array{address(pages_ + 4096), address("two"), uint64_t{0}}, 4096);
  EXPECT_EQ(bad[0].error().code, EFAULT);
  EXPECT_EQ(bad[1].value(), "two");
  EXPECT_EQ(bad[2].error().code, EFAULT);
}

TEST_F(ProgramMemoryTest, TooManyVectorsAndOverflowingLengthsAreRefused) {
  iovec two[2] = {{pages_, SIZE_MAX / 2}, {pages_, SIZE_MAX / 2}};
  EXPECT_EQ(memory_.read_iovec(address(two), 2).error().code, EFAULT);
  EXPECT_EQ(memory_.read_iovec(address(two), 1025).error().code, EMSGSIZE);
  two[1].iov_len = SIZE_MAX;  // is found first
  EXPECT_EQ(memory_.read_iovec(address(two), 2).error().code, EINVAL);
}

TEST_F(ProgramMemoryTest, VectorsAreCutToWhatOneCallMoves) {
  constexpr size_t kMost = 0x7ffff000;
  iovec one{pages_, SIZE_MAX / 2};
  auto vec = memory_.read_iovec(address(&one), 1);
  ASSERT_TRUE(vec);
  EXPECT_EQ((*vec)[0].iov_len, kMost);
  iovec two[2] = {{pages_, 1u << 30}, {pages_, 1u << 31}};
  vec = memory_.read_iovec(address(two), 2);
  ASSERT_TRUE(vec);
  EXPECT_EQ((*vec)[1].iov_len, kMost - (1u << 30));
}

TEST_F(ProgramMemoryTest, GatherAndScatterGoOverAllVectors) {
  char a[3] = {'a', 'b', 'c'}, b[2] = {'d', 'e'};
  const std::vector<iovec> vec{{a, 3}, {nullptr, 0}, {b, 2}};
  auto got = memory_.gather(vec, 100);
  ASSERT_TRUE(got);
  EXPECT_EQ(std::string(got->begin(), got->end()), "abcde");
  EXPECT_EQ(memory_.gather(vec, 4)->size(), 4u);
  const uint8_t text[] = {'1', '2', '3', '4'};
  EXPECT_EQ(memory_.scatter(vec, text).value(), 4u);
  EXPECT_EQ(std::string(a, 3) + b[0], "1234");
}

TEST_F(ProgramMemoryTest, PiecesAreReadAndWrittenTogetherOrNotAtAll) {
  char a[4] = "abc", b[4] = "def", out[6];
  const ProgramMemory memory(getpid());
  const ProgramMemory::Into into[] = {
      {reinterpret_cast<uint64_t>(a), MutableBytes(reinterpret_cast<uint8_t*>(out), 3)},
      {0, {}},
      {reinterpret_cast<uint64_t>(b), MutableBytes(reinterpret_cast<uint8_t*>(out) + 3, 3)}};
  ASSERT_TRUE(memory.read(into));
  EXPECT_EQ(std::string(out, 6), "abcdef");
  const std::vector<ProgramMemory::From> from(
      200, {reinterpret_cast<uint64_t>(b), Bytes(reinterpret_cast<uint8_t*>(a), 1)});
  ASSERT_TRUE(memory.write(from)) << "more than one call takes";
  EXPECT_EQ(std::string(b), "aef");
  const ProgramMemory::Into bad[] = {into[0], {8, into[2].out}};
  EXPECT_EQ(memory.read(bad).error().code, EFAULT);
}

}  // namespace
}  // namespace unetns
