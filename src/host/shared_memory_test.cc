#include "host/shared_memory.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include "host/temp_dir_fixture.h"

namespace unetns {
namespace {

class SharedMemoryTest : public ::testing::Test {
 protected:
  std::string name() const { return dir_ + "/memory"; }
  const TempDir temp_;
  const std::string& dir_ = temp_.path();
};

TEST_F(SharedMemoryTest, OthersSeeWhatIsWritten) {
  auto memory = SharedMemory::create(name(), 5000);
  ASSERT_TRUE(memory);
  memory->bytes()[4999] = 7;
  const UniqueFd fd(open(name().c_str(), O_RDONLY | O_CLOEXEC));
  uint8_t byte = 0;
  EXPECT_EQ(pread(fd.get(), &byte, 1, 4999), 1);
  EXPECT_EQ(byte, 7);
}

TEST_F(SharedMemoryTest, OthersCanNotChangeIt) {
  const auto memory = SharedMemory::create(name(), 5000);
  ASSERT_TRUE(memory);
  const UniqueFd fd(open(name().c_str(), O_RDWR | O_CLOEXEC));
  ASSERT_TRUE(fd);
  const uint8_t byte = 1;
  EXPECT_EQ(pwrite(fd.get(), &byte, 1, 0), -1);
  EXPECT_EQ(mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd.get(), 0), MAP_FAILED);
  EXPECT_EQ(memory->bytes()[0], 0);
}

TEST_F(SharedMemoryTest, NobodyCanChangeItsSize) {
  const auto memory = SharedMemory::create(name(), 5000);
  ASSERT_TRUE(memory);
  const UniqueFd fd(open(name().c_str(), O_RDWR | O_CLOEXEC));
  EXPECT_EQ(ftruncate(fd.get(), 0), -1);
  EXPECT_EQ(ftruncate(fd.get(), 1 << 20), -1);
}

TEST_F(SharedMemoryTest, ANameThatIsTakenIsAnError) {
  ASSERT_TRUE(SharedMemory::create(name(), 1));
  EXPECT_EQ(SharedMemory::create(name(), 1).error().code, EEXIST);
}

TEST_F(SharedMemoryTest, ItMoves) {
  auto first = SharedMemory::create(name(), 1);
  SharedMemory second = std::move(*first);
  EXPECT_FALSE(*first);
  second.bytes()[0] = 1;
}

}  // namespace
}  // namespace unetns
