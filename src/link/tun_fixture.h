// Opens /dev/net/tun in a_ and drives it by ioctl, as a program would.
#ifndef UNETNS_LINK_TUN_FIXTURE_H_
#define UNETNS_LINK_TUN_FIXTURE_H_

#include <linux/if_tun.h>
#include <linux/sockios.h>
#include <sys/ioctl.h>

#include "link/tun.h"
#include "link/tun_file.h"
#include "netdev/netdev_fixture.h"

namespace unetns {

class User final : public Caller {  // nobody in particular, without capabilities
 public:
  User(uint32_t uid, uint32_t gid) : uid_(uid), gid_(gid) {}
  int pid() const override { return 1; }
  uint32_t uid() const override { return uid_; }
  uint32_t gid() const override { return gid_; }
  bool capable(int) const override { return false; }
  Result<NetRef> net_from_fd(int) const override { return fail(EBADF); }
  Result<NetRef> net_from_pid(int) const override { return fail(ESRCH); }

 private:
  uint32_t uid_, gid_;
};

class TunTest : public NetdevTest {
 protected:
  TunTest() : tun_(*layer_) { EXPECT_TRUE(layer_->register_kind(tun_)); }

  std::unique_ptr<TunFile> open() { return TunFile::open(tun_, *a_); }
  std::unique_ptr<TunFile> open(std::string_view name, int flags) {
    auto file = open();
    EXPECT_EQ(set_iff(*file, name, flags), "ok");
    return file;
  }
  std::string set_iff(TunFile& file, std::string_view name, int flags) {
    return set_iff(file, caller_, name, flags);
  }
  std::string set_iff(TunFile& file, const Caller& caller, std::string_view name, int flags) {
    ifreq_.fill(0);
    std::copy(name.begin(), name.end(), ifreq_.begin());
    store<uint16_t>(&ifreq_[16], static_cast<uint16_t>(flags));
    return outcome(file.ioctl(caller, TUNSETIFF, ifreq_));
  }
  std::string scalar(TunFile& file, unsigned long request, int64_t value) {
    return outcome(file.ioctl(caller_, request, mutable_bytes_of(value)));
  }
  std::string get(TunFile& file, unsigned long request) {
    int value = -1;
    auto done = file.ioctl(caller_, request, mutable_bytes_of(value));
    return done ? std::to_string(value) : "errno " + outcome(done);
  }
  std::string name() const { return reinterpret_cast<const char*>(ifreq_.data()); }
  static ByteVector packet(size_t size, uint8_t first = 0x45) {
    ByteVector out(size);
    if (size) out[0] = first;
    return out;
  }

  TunKind tun_;
  std::array<uint8_t, 40> ifreq_{};
};

}  // namespace unetns

#endif  // UNETNS_LINK_TUN_FIXTURE_H_
