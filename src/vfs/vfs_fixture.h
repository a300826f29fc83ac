// A namespace with two devices and the files over it, for the tests of this folder.
#ifndef UNETNS_VFS_VFS_FIXTURE_H_
#define UNETNS_VFS_VFS_FIXTURE_H_

#include <gtest/gtest.h>

#include "netdev/netdev_layer.h"
#include "vfs/fake_control.h"
#include "vfs/virtual_files.h"

namespace unetns {

class SinkOps final : public DeviceOps {
 public:
  void transmit(NetDevice& dev, Packet packet) override {
    dev.net().drop(std::move(packet), DropReason::kNotSpecified);
  }
};

class PlainCaller : public Caller {  // an ordinary user
 public:
  int pid() const override { return 1; }
  uint32_t uid() const override { return 1000; }
  uint32_t gid() const override { return 1000; }
  bool capable(int) const override { return false; }
  Result<NetRef> net_from_fd(int) const override { return fail(EBADF); }
  Result<NetRef> net_from_pid(int) const override { return fail(ESRCH); }
};

class VfsTest : public ::testing::Test {
 protected:
  VfsTest() {
    nsids_ = *NsidLayer::create(registry_);
    netdevs_ = *NetdevLayer::create(registry_, *nsids_);
    EXPECT_TRUE(registry_.register_device(*netdevs_));
    net_ = *registry_.create();
    eth0_ = add_device("eth0");
    eth1_ = add_device("eth1");
    control_.conf["all"]["tag"] = 0;
    control_.conf["default"]["tag"] = 0;
    control_.conf["eth0"]["tag"] = 7;
    files_ = make_virtual_files({netdevs_.get(), &control_, nullptr});
  }
  ~VfsTest() override {
    net_ = NetRef();
    registry_.run_cleanup();
  }
  NetDevice* add_device(std::string_view name) {
    auto dev = std::make_unique<NetDevice>(nullptr, std::make_unique<SinkOps>());
    dev->address = MacAddress{{2, 0, 0, 0, 0, 0x10}};
    auto made = netdevs_->register_device(*net_, std::move(dev), name);
    return made ? *made : nullptr;
  }
  std::string read(std::string_view path) {
    auto text = files_->read(*net_, path);
    return text ? *text : "errno " + std::to_string(text.error().code);
  }
  int write(std::string_view path, std::string_view text) {
    auto done = files_->write(*net_, root_, path, text);
    return done ? 0 : done.error().code;
  }
  std::vector<std::string> list(std::string_view path) {
    std::vector<std::string> out;
    if (auto entries = files_->list(*net_, path))
      for (auto& entry : *entries) out.push_back(entry.name);
    return out;
  }

  FakeEnv env_;
  PacketPool pool_;
  NetRegistry registry_{env_.env(), pool_};
  std::unique_ptr<NsidLayer> nsids_;
  std::unique_ptr<NetdevLayer> netdevs_;
  FakeControl control_;
  NetRef net_;
  NetDevice* eth0_ = nullptr;
  NetDevice* eth1_ = nullptr;
  std::unique_ptr<VirtualFiles> files_;
  SystemCaller root_;
};

}  // namespace unetns

#endif  // UNETNS_VFS_VFS_FIXTURE_H_
