#include "runtime/pcap_directory.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <cstdio>

namespace unetns {
namespace {

constexpr auto kFlushDelay = std::chrono::milliseconds(200);

}  // namespace

PcapDirectory::PcapDirectory(NetdevLayer& netdevs, std::string directory, Label label)
    : netdevs_(netdevs),
      directory_(std::move(directory)),
      label_(std::move(label)),
      flush_timer_(netdevs.registry().env().timers, [this] { flush(); }) {}

Result<std::unique_ptr<PcapDirectory>> PcapDirectory::create(NetdevLayer& netdevs,
                                                             std::string directory, Label label) {
  if (::mkdir(directory.c_str(), 0777) < 0 && errno != EEXIST) return fail(errno, directory);
  struct stat info {};
  if (::stat(directory.c_str(), &info) < 0) return fail(errno, directory);
  if (!S_ISDIR(info.st_mode)) return fail(ENOTDIR, directory);
  std::unique_ptr<PcapDirectory> self(
      new PcapDirectory(netdevs, std::move(directory), std::move(label)));
  UNETNS_TRY(netdevs.subscribe(*self));
  netdevs.add_tap(nullptr, *self);
  return self;
}

PcapDirectory::~PcapDirectory() {
  netdevs_.remove_tap(nullptr, *this);
  netdevs_.unsubscribe(*this);
  flush();
}

Result<void> PcapDirectory::netdev_event(NetDevice& dev, NetdevEvent event) {
  if (event != NetdevEvent::kUnregister)
    return {};  // also sent to the old namespace of a device that moves
  const auto it = by_device_.find(&dev);
  if (it == by_device_.end()) return {};
  it->second->in_use = false;
  by_device_.erase(it);
  return {};
}

void PcapDirectory::tapped(NetDevice& dev, const Packet& frame, bool outgoing) {
  if (dev.is_loopback() && outgoing) return;  // comes back in, and would stand there twice
  File& file = file_of(dev);
  if (!file.file) return;
  const Env& env = netdevs_.registry().env();
  if (const auto done = file.file->add(0, env.clock.realtime(), frame, outgoing); !done)
    failed(file, done.error());
  else if (!flush_timer_.armed())
    flush_timer_.arm_in(kFlushDelay);
}

void PcapDirectory::flush() {
  for (auto& file : files_) {
    if (!file->file) continue;
    if (const auto done = file->file->flush(); !done) failed(*file, done.error());
  }
}

PcapDirectory::File& PcapDirectory::file_of(NetDevice& dev) {
  const auto it = by_device_.find(&dev);
  if (it != by_device_.end()) return *it->second;
  std::string stem = fmt::format("{}-{}", label_(dev.net()), dev.name());
  std::replace(stem.begin(), stem.end(), '/', '_');
  File& file = take_file(stem, dev);
  file.in_use = true;
  by_device_[&dev] = &file;
  return file;
}

// The file of that name, or STEM-2, STEM-3… while it belongs to another device that lives. One
// whose device is gone is continued: a device made again under its old name has one capture.
PcapDirectory::File& PcapDirectory::take_file(const std::string& stem, const NetDevice& dev) {
  const PcapLinkType link_type = pcap_link_type(dev);
  std::string path;
  for (int n = 1;; ++n) {
    path = fmt::format("{}/{}{}.pcapng", directory_, stem, n == 1 ? "" : fmt::format("-{}", n));
    const auto known =
        std::find_if(files_.begin(), files_.end(), [&](auto& f) { return f->path == path; });
    if (known == files_.end()) break;
    if (!(*known)->in_use && (*known)->link_type == link_type) return **known;
  }
  files_.push_back(std::make_unique<File>(File{path, nullptr, link_type, false}));
  File& file = *files_.back();
  auto made = PcapFile::create(path, PcapFormat::kPcapng);
  if (!made) {
    failed(file, made.error());
    return file;
  }
  file.file = std::move(*made);
  const auto added = file.file->add_interface(
      {link_type, std::string(dev.name()), fmt::format("network namespace {}", label_(dev.net()))});
  if (!added) failed(file, added.error());
  return file;
}

void PcapDirectory::failed(File& file, const Error& error) {
  file.file.reset();
  if (reported_) return;
  reported_ = true;
  fmt::print(stderr, "unetns: {}: {}; the capture is not complete\n", file.path,
             std::strerror(error.code));
}

}  // namespace unetns
