// A whole machine under a fake clock, two namespaces with a cable between them, and a program that
// may do all.
#ifndef UNETNS_FUZZ_FUZZ_STACK_H_
#define UNETNS_FUZZ_FUZZ_STACK_H_

#include <cstdlib>
#include <memory>

#include "env/env.h"
#include "inet/control.h"
#include "machine/machine.h"

namespace unetns {

inline void require(bool ok) {
  if (!ok) std::abort();
}

class FuzzCaller final : public Caller {
 public:
  int pid() const override { return 100; }
  uint32_t uid() const override { return 0; }
  uint32_t gid() const override { return 0; }
  bool capable(int) const override { return true; }
  // Descriptors 3 and 4 name the two namespaces.
  Result<NetRef> net_from_fd(int fd) const override {
    if (fd == 3) return a;
    if (fd == 4) return b;
    return fail(EBADF);
  }
  Result<NetRef> net_from_pid(int pid) const override {
    if (pid == 100) return a;
    return fail(ESRCH);
  }
  NetRef a, b;
};

class FuzzStack {
 public:
  FuzzStack() {
    auto booted = Kernel::boot(env_.env());
    require(booted.has_value());
    machine_ = std::move(*booted);
    for (NetRef* net : {&caller_.a, &caller_.b}) {
      auto made = machine_->nets().create();
      require(made.has_value());
      *net = std::move(*made);
    }
  }
  ~FuzzStack() {
    caller_.a = caller_.b = NetRef();
    env_.settle();
  }

  FakeEnv& env() { return env_; }
  Kernel& machine() { return *machine_; }
  FuzzCaller& caller() { return caller_; }
  Net& a() { return *caller_.a; }
  Net& b() { return *caller_.b; }

  // v0 in a, v1 in b, both up, 10.0.0.1/24 and 10.0.0.2/24.
  void add_cable() {
    LinkKind* veth = machine_->netdevs().find_kind("veth");
    require(veth);
    NewLink request{};
    request.net = request.source_net = &a();
    request.caller = &caller_;
    request.name = "v0";
    auto made = machine_->netdevs().add_link(*veth, request);
    require(made.has_value());
    NetDevice* peer = (*made)->ops().link(**made);
    require(peer && machine_->netdevs().move(*peer, b()).has_value());
    add_address(**made, "10.0.0.1");
    add_address(*peer, "10.0.0.2");
    for (Net* net : {&a(), &b()})
      require(machine_->netdevs()
                  .change_flags(*machine_->netdevs().loopback(*net), IFF_UP, IFF_UP)
                  .has_value());
    env_.settle();
  }

 private:
  void add_address(NetDevice& dev, const char* text) {
    require(machine_->netdevs().change_flags(dev, IFF_UP, IFF_UP).has_value());
    AddrConfig config;
    config.ifindex = dev.ifindex();
    config.local = config.address = *IpAddress::parse(text);
    config.prefix_len = 24;
    config.label = dev.name();
    require(machine_->inet(AF_INET)->addr_add(dev.net(), config, 0x600).has_value());
  }

  FakeEnv env_;
  std::unique_ptr<Kernel> machine_;
  FuzzCaller caller_;
};

}  // namespace unetns

#endif  // UNETNS_FUZZ_FUZZ_STACK_H_
