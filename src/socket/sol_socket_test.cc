// SOL_SOCKET as every family has it (socket(7)).
#include "socket/sol_socket.h"

#include <gtest/gtest.h>
#include <linux/filter.h>

#include <array>

#include "netns/net_registry.h"
#include "socket/socket.h"

namespace unetns {
namespace {

class PlainSocket final : public Socket {
 public:
  using Socket::Socket;
  Result<void> bind(const Caller&, Bytes) override { return {}; }
  Result<void> connect(const Caller&, Bytes) override { return {}; }
  Result<SockAddr> local_name() const override { return SockAddr{}; }
  Result<size_t> send(const Caller&, const SendRequest&) override { return fail(EAGAIN); }
  Result<Message> receive(int) override { return fail(EAGAIN); }
  ByteVector control_for(const Message&) const override { return {}; }
  Result<void> shutdown(int) override { return {}; }
  Result<int> ioctl(const Caller&, unsigned long, MutableBytes) override { return fail(ENOTTY); }
  uint32_t poll() const override { return 0; }
};

class UserCaller final : public Caller {
 public:
  int pid() const override { return 9; }
  uint32_t uid() const override { return 1000; }
  uint32_t gid() const override { return 1000; }
  bool capable(int) const override { return false; }
  Result<NetRef> net_from_fd(int) const override { return fail(EBADF); }
  Result<NetRef> net_from_pid(int) const override { return fail(ESRCH); }
};

class SolSocketTest : public ::testing::Test {
 protected:
  int set(int name, int v) { return set_bytes(name, bytes_of(v)); }
  int set_bytes(int name, Bytes v) { return code(socket_->set_option(root_, SOL_SOCKET, name, v)); }
  int set_as_user(int name, int v) {
    return code(socket_->set_option(user_, SOL_SOCKET, name, bytes_of(v)));
  }
  int get(int name) {
    auto v = socket_->get_option(root_, SOL_SOCKET, name, 4);
    return v ? load<int>(v->data()) : -v.error().code;
  }
  template <class T>
  static int code(const Result<T>& r) {
    return r ? 0 : r.error().code;
  }
  FakeEnv env_;
  PacketPool pool_;
  NetRegistry registry_{env_.env(), pool_};
  NetRef net_ = *registry_.create();
  SystemCaller root_;
  UserCaller user_;
  std::unique_ptr<PlainSocket> socket_ =
      std::make_unique<PlainSocket>(*net_, AF_INET, SOCK_DGRAM, 17);
};

TEST_F(SolSocketTest, IdentityIsReadOnly) {
  EXPECT_EQ(get(SO_DOMAIN), AF_INET);
  EXPECT_EQ(get(SO_TYPE), SOCK_DGRAM);
  EXPECT_EQ(get(SO_PROTOCOL), 17);
  EXPECT_EQ(get(SO_ACCEPTCONN), 0);
  for (int name : {SO_DOMAIN, SO_TYPE, SO_PROTOCOL, SO_ERROR, SO_ACCEPTCONN})
    EXPECT_EQ(set(name, 1), ENOPROTOOPT);
}

TEST_F(SolSocketTest, FlagsReadBackAsOneOrZero) {
  for (int name : {SO_REUSEADDR, SO_REUSEPORT, SO_BROADCAST, SO_KEEPALIVE, SO_OOBINLINE,
                   SO_DONTROUTE, SO_TIMESTAMP, SO_RXQ_OVFL, SO_NO_CHECK}) {
    EXPECT_EQ(get(name), 0) << name;
    EXPECT_EQ(set(name, 77), 0) << name;
    EXPECT_EQ(get(name), 1) << name;
  }
  EXPECT_EQ(set_bytes(SO_BROADCAST, Bytes()), EINVAL);
}

TEST_F(SolSocketTest, WhatOnlyUnixSocketsPassIsRefused) {
  constexpr int kPasspidfd = 76, kPassrights = 83;
  for (int name : {SO_PASSCRED, SO_PASSSEC, kPasspidfd, kPassrights})
    EXPECT_EQ(set(name, 1), EOPNOTSUPP) << name;
}

TEST_F(SolSocketTest, WhatHasNoEffectHereIsKeptAllTheSame) {
  for (int name : {SO_NOFCS, SO_SELECT_ERR_QUEUE, kSoPreferBusyPoll, kSoRcvmark}) {
    EXPECT_EQ(get(name), 0) << name;
    EXPECT_EQ(set(name, 77), 0) << name;
    EXPECT_EQ(get(name), 1) << name;
  }
  EXPECT_EQ(set(kSoBufLock, 3), 0);
  EXPECT_EQ(get(kSoBufLock), 3);
  EXPECT_EQ(set(kSoBufLock, 4), EINVAL);
  EXPECT_EQ(set(kSoTxrehash, 1), EOPNOTSUPP) << "of TCP alone";
}

TEST_F(SolSocketTest, ADeviceIsBoundToByItsIndexWhetherOrNotItIsThere) {
  EXPECT_EQ(set(kSoBindToIfindex, 4096), 0);
  EXPECT_EQ(set(kSoBindToIfindex, -1), EINVAL);
}

TEST_F(SolSocketTest, BuffersAreDoubledAndBounded) {
  EXPECT_EQ(get(SO_RCVBUF), 212992);
  set(SO_RCVBUF, 10000);
  EXPECT_EQ(get(SO_RCVBUF), 20000);
  set(SO_RCVBUF, 1 << 30);
  EXPECT_EQ(get(SO_RCVBUF), 2 * 212992);
  set(SO_RCVBUF, 0);
  EXPECT_EQ(get(SO_RCVBUF), 2304);
  set(SO_SNDBUF, 0);
  EXPECT_EQ(get(SO_SNDBUF), 4608);
  EXPECT_EQ(set_as_user(SO_RCVBUFFORCE, 1 << 20), EPERM);
  EXPECT_EQ(set(SO_RCVBUFFORCE, 1 << 20), 0);
  EXPECT_EQ(get(SO_RCVBUF), 2 << 20);
}

TEST_F(SolSocketTest, PrivilegedOptionsAskForIt) {
  EXPECT_EQ(set_as_user(SO_MARK, 1), EPERM);
  EXPECT_EQ(set_as_user(SO_DEBUG, 1), EACCES);
  EXPECT_EQ(set_as_user(SO_PRIORITY, 7), EPERM);
  EXPECT_EQ(set_as_user(SO_PRIORITY, 6), 0);
  EXPECT_EQ(set(SO_MARK, 5), 0);
  EXPECT_EQ(get(SO_MARK), 5);
}

TEST_F(SolSocketTest, TimeoutsAndLingerAreStructures) {
  const std::array<int64_t, 2> tv{1, 500000};
  EXPECT_EQ(set_bytes(SO_RCVTIMEO, bytes_of(tv)), 0);
  auto v = socket_->get_option(root_, SOL_SOCKET, SO_RCVTIMEO, 16);
  ASSERT_TRUE(v);
  EXPECT_EQ(load<int64_t>(v->data() + 8), 500000);
  const std::array<int64_t, 2> bad{1, 1'000'000};
  EXPECT_EQ(set_bytes(SO_RCVTIMEO, bytes_of(bad)), EDOM);
  EXPECT_EQ(set(SO_RCVTIMEO, 1), EINVAL);
  EXPECT_EQ(set(SO_LINGER, 1), EINVAL);
  const std::array<int, 2> linger{1, 9};
  EXPECT_EQ(set_bytes(SO_LINGER, bytes_of(linger)), 0);
  v = socket_->get_option(root_, SOL_SOCKET, SO_LINGER, 8);
  EXPECT_EQ(load<int>(v->data() + 4), 9);
}

TEST_F(SolSocketTest, ThePendingErrorIsReadOnce) {
  socket_->set_error(ECONNREFUSED);
  EXPECT_EQ(get(SO_ERROR), ECONNREFUSED);
  EXPECT_EQ(get(SO_ERROR), 0);
}

TEST_F(SolSocketTest, CookiesTellSocketsAndNamespacesApart) {
  auto cookie = [&](int name) {
    return load<uint64_t>(socket_->get_option(root_, SOL_SOCKET, name, 8)->data());
  };
  EXPECT_NE(cookie(kSoCookie), 0u);
  EXPECT_EQ(cookie(kSoCookie), cookie(kSoCookie));
  EXPECT_EQ(cookie(kSoNetnsCookie), net_->id());
  EXPECT_EQ(get(kSoCookie), -EINVAL) << "too short";
}

TEST_F(SolSocketTest, UnknownOptionsAndLevels) {
  EXPECT_EQ(set(999, 1), ENOPROTOOPT);
  EXPECT_EQ(get(999), -ENOPROTOOPT);
  EXPECT_EQ(code(socket_->set_option(root_, 271, 1, bytes_of(1))), ENOPROTOOPT);
  EXPECT_EQ(set_bytes(SO_BINDTODEVICE, bytes_of(uint32_t{0x306874})), ENODEV);
}

TEST_F(SolSocketTest, FiltersAreCheckedAttachedAndLocked) {
  auto attach = [&](std::vector<sock_filter> code) {
    sock_fprog prog{static_cast<unsigned short>(code.size()), nullptr};
    ByteVector v(sizeof prog + code.size() * sizeof(sock_filter));
    store(v.data(), prog);
    if (!code.empty())
      std::memcpy(v.data() + sizeof prog, code.data(), code.size() * sizeof(sock_filter));
    return set_bytes(SO_ATTACH_FILTER, v);
  };
  EXPECT_EQ(set(SO_DETACH_FILTER, 0), ENOENT);
  EXPECT_EQ(attach({}), EINVAL);
  EXPECT_EQ(attach({{BPF_JMP | BPF_JA, 0, 0, 5}}), EINVAL);
  EXPECT_EQ(attach({{BPF_RET | BPF_K, 0, 0, 1}}), 0);
  EXPECT_NE(socket_->filter(), nullptr);
  EXPECT_EQ(set(SO_LOCK_FILTER, 1), 0);
  EXPECT_EQ(set(SO_DETACH_FILTER, 0), EPERM);
  sock_fprog lone{1, nullptr};
  socket_ = std::make_unique<PlainSocket>(*net_, AF_INET, SOCK_DGRAM, 17);
  EXPECT_EQ(set_bytes(SO_ATTACH_FILTER, bytes_of(lone)), EFAULT) << "without its instructions";
}

}  // namespace
}  // namespace unetns
