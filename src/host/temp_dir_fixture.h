// TempDir: a directory of a test's own, which goes with it.
#ifndef UNETNS_HOST_TEMP_DIR_FIXTURE_H_
#define UNETNS_HOST_TEMP_DIR_FIXTURE_H_

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <string>

namespace unetns {

class TempDir {
 public:
  TempDir() { EXPECT_NE(mkdtemp(path_.data()), nullptr); }
  ~TempDir() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;

  const std::string& path() const { return path_; }

 private:
  std::string path_ = "/tmp/unetns-test-XXXXXX";
};

}  // namespace unetns

#endif  // UNETNS_HOST_TEMP_DIR_FIXTURE_H_
