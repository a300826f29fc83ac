#include "runtime/pcap_directory.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

namespace unetns {
namespace {

constexpr size_t kFlushBytes = 64 * 1024;
constexpr auto kFlushDelay = std::chrono::milliseconds(200);

// Block types and option codes of pcapng; all numbers are in the order of this host, as the
// byte-order magic says.
constexpr uint32_t kSectionHeader = 0x0a0d0d0a, kInterfaceDescription = 1, kEnhancedPacket = 6;
constexpr uint32_t kByteOrderMagic = 0x1a2b3c4d;
constexpr uint16_t kEndOfOptions = 0, kIfName = 2, kIfDescription = 3, kIfTsResol = 9;
constexpr uint16_t kSectionApplication = 4, kPacketFlags = 2;
constexpr uint32_t kInbound = 1, kOutbound = 2;
constexpr uint32_t kUnicast = 1 << 2, kMulticast = 2 << 2, kBroadcast = 3 << 2,
                   kPromiscuous = 4 << 2;

template <class T>
void put(ByteVector& out, T value) {
  const Bytes b = bytes_of(value);
  out.insert(out.end(), b.begin(), b.end());
}
void pad(ByteVector& out) { out.resize((out.size() + 3) & ~size_t{3}); }

void put_option(ByteVector& out, uint16_t code, Bytes value) {
  put(out, code);
  put(out, static_cast<uint16_t>(value.size()));
  out.insert(out.end(), value.begin(), value.end());
  pad(out);
}
void put_option(ByteVector& out, uint16_t code, const std::string& text) {
  put_option(out, code, Bytes(reinterpret_cast<const uint8_t*>(text.data()), text.size()));
}
void end_options(ByteVector& out) {
  put(out, kEndOfOptions);
  put(out, uint16_t{0});
}

// A block is its type, its length, its body and its length again.
size_t begin_block(ByteVector& out, uint32_t type) {
  const size_t start = out.size();
  put(out, type);
  put(out, uint32_t{0});
  return start;
}
void end_block(ByteVector& out, size_t start) {
  const auto length = static_cast<uint32_t>(out.size() - start + 4);
  store(out.data() + start + 4, length);
  put(out, length);
}

void put_headers(ByteVector& out, const PcapFile::Interface& interface) {
  size_t block = begin_block(out, kSectionHeader);
  put(out, kByteOrderMagic);
  put(out, uint16_t{1});  // version 1.0
  put(out, uint16_t{0});
  put(out, ~uint64_t{0});  // length of the section: not known
  put_option(out, kSectionApplication, std::string("unetns"));
  end_options(out);
  end_block(out, block);

  block = begin_block(out, kInterfaceDescription);
  put(out, interface.link_type);
  put(out, uint16_t{0});
  put(out, uint32_t{0});  // frames are never cut
  put_option(out, kIfName, interface.name);
  put_option(out, kIfDescription, interface.description);
  put_option(out, kIfTsResol, bytes_of(uint8_t{9}));  // 10^-9 s
  end_options(out);
  end_block(out, block);
}

uint32_t packet_flags(const PacketMeta& meta, bool outgoing) {
  if (outgoing) return kOutbound;
  switch (meta.type) {
    case PacketType::kHost:
      return kInbound | kUnicast;
    case PacketType::kMulticast:
      return kInbound | kMulticast;
    case PacketType::kBroadcast:
      return kInbound | kBroadcast;
    case PacketType::kOtherHost:
      return kInbound | kPromiscuous;
    default:
      return kInbound;
  }
}

uint16_t link_type_of(const NetDevice& dev) {
  const bool ethernet = dev.type == ARPHRD_ETHER || dev.type == ARPHRD_LOOPBACK;
  return ethernet ? PcapFile::kLinkEthernet : PcapFile::kLinkRaw;
}

}  // namespace

Result<std::unique_ptr<PcapFile>> PcapFile::create(const std::string& path,
                                                   const Interface& interface) {
  UniqueFd fd(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666));
  if (!fd) return fail(errno);
  std::unique_ptr<PcapFile> file(new PcapFile(std::move(fd), interface.link_type));
  put_headers(file->buffer_, interface);
  UNETNS_TRY(file->flush());  // so that a reader finds a valid file at once
  return file;
}

Result<void> PcapFile::add(Nanos realtime, const Packet& frame, bool outgoing) {
  if (!fd_) return {};
  if (frame.meta().checksum == ChecksumState::kPartial) {  // as it would look on a wire
    Packet copy = frame.clone();
    copy.complete_checksum();
    copy.meta().checksum = ChecksumState::kUnnecessary;
    return add(realtime, copy, outgoing);
  }
  const auto size = static_cast<uint32_t>(frame.size());
  const auto when = static_cast<uint64_t>(realtime.count());
  const size_t block = begin_block(buffer_, kEnhancedPacket);
  put(buffer_, uint32_t{0});  // the only interface
  put(buffer_, static_cast<uint32_t>(when >> 32));
  put(buffer_, static_cast<uint32_t>(when));
  put(buffer_, size);  // captured
  put(buffer_, size);  // on the wire
  const size_t data = buffer_.size();
  buffer_.resize(data + size);
  frame.copy_to(MutableBytes(buffer_).subspan(data));
  pad(buffer_);
  put_option(buffer_, kPacketFlags, bytes_of(packet_flags(frame.meta(), outgoing)));
  end_options(buffer_);
  end_block(buffer_, block);
  return buffer_.size() >= kFlushBytes ? flush() : Result<void>();
}

Result<void> PcapFile::flush() {
  Bytes left = buffer_;
  while (fd_ && !left.empty()) {
    const ssize_t n = ::write(fd_.get(), left.data(), left.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) {
      const int error = errno;
      fd_.reset();
      buffer_ = {};
      return fail(error);
    }
    left = left.subspan(static_cast<size_t>(n));
  }
  buffer_.clear();  // keeps the storage
  return {};
}

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
  if (const auto done = file.file->add(env.clock.realtime(), frame, outgoing); !done)
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
  const uint16_t link_type = link_type_of(dev);
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
  auto made = PcapFile::create(path, {link_type, std::string(dev.name()),
                                      fmt::format("network namespace {}", label_(dev.net()))});
  if (made)
    file.file = std::move(*made);
  else
    failed(file, made.error());
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
