#include "host/pcap_file.h"

#include <fcntl.h>
#include <unistd.h>

namespace unetns {
namespace {

constexpr size_t kFlushBytes = 64 * 1024;

// Block types and option codes of pcapng; all numbers are in the order of this host, as the
// byte-order magic says.
constexpr uint32_t kSectionHeader = 0x0a0d0d0a, kInterfaceDescription = 1, kEnhancedPacket = 6;
constexpr uint32_t kByteOrderMagic = 0x1a2b3c4d;
constexpr uint16_t kEndOfOptions = 0, kIfName = 2, kIfDescription = 3, kIfTsResol = 9;
constexpr uint16_t kSectionApplication = 4, kPacketFlags = 2;
constexpr uint32_t kPcapNanosecondMagic = 0xa1b23c4d;
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

void put_section(ByteVector& out) {
  const size_t block = begin_block(out, kSectionHeader);
  put(out, kByteOrderMagic);
  put(out, uint16_t{1});  // version 1.0
  put(out, uint16_t{0});
  put(out, ~uint64_t{0});  // length of the section: not known
  put_option(out, kSectionApplication, std::string("unetns"));
  end_options(out);
  end_block(out, block);
}

void put_interface(ByteVector& out, const PcapFile::Interface& interface) {
  const size_t block = begin_block(out, kInterfaceDescription);
  put(out, static_cast<uint16_t>(interface.link_type));
  put(out, uint16_t{0});
  put(out, uint32_t{0});  // frames are never cut
  put_option(out, kIfName, interface.name);
  if (!interface.description.empty()) put_option(out, kIfDescription, interface.description);
  put_option(out, kIfTsResol, bytes_of(uint8_t{9}));  // 10^-9 s
  end_options(out);
  end_block(out, block);
}

// The file header of pcap.
void put_pcap_header(ByteVector& out, PcapLinkType link_type) {
  put(out, kPcapNanosecondMagic);
  put(out, uint16_t{2});  // version 2.4
  put(out, uint16_t{4});
  put(out, uint64_t{0});
  put(out, uint32_t{262144});  // frames are never cut
  put(out, static_cast<uint32_t>(link_type));
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

}  // namespace

PcapLinkType pcap_link_type(const NetDevice& dev) {
  const bool ethernet = dev.type == ARPHRD_ETHER || dev.type == ARPHRD_LOOPBACK;
  return ethernet ? PcapLinkType::kEthernet : PcapLinkType::kRaw;
}

Result<std::unique_ptr<PcapFile>> PcapFile::create(const std::string& path, PcapFormat format) {
  UniqueFd fd(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666));
  if (!fd) return fail(errno);
  std::unique_ptr<PcapFile> file(new PcapFile(std::move(fd), format));
  if (format == PcapFormat::kPcapng) put_section(file->buffer_);
  return file;
}

Result<uint32_t> PcapFile::add_interface(const Interface& interface) {
  const bool first = interfaces_ == 0;
  if (first) link_type_ = interface.link_type;
  if (format_ == PcapFormat::kPcap) {
    if (interface.link_type != link_type_) return fail(EINVAL);
    if (first) put_pcap_header(buffer_, link_type_);
  } else {
    put_interface(buffer_, interface);
  }
  if (first) UNETNS_TRY(flush());
  return interfaces_++;
}

void PcapFile::put_frame(const Packet& frame) {
  const size_t data = buffer_.size();
  buffer_.resize(data + frame.size());
  frame.copy_to(MutableBytes(buffer_).subspan(data));
}

Result<void> PcapFile::add(uint32_t interface, Nanos realtime, const Packet& frame, bool outgoing) {
  if (!fd_) return {};
  if (frame.meta().checksum == ChecksumState::kPartial) {  // as it would look on a wire
    Packet copy = frame.clone();
    copy.complete_checksum();
    copy.meta().checksum = ChecksumState::kUnnecessary;
    return add(interface, realtime, copy, outgoing);
  }
  const auto size = static_cast<uint32_t>(frame.size());
  const auto when = static_cast<uint64_t>(realtime.count());
  if (format_ == PcapFormat::kPcap) {
    put(buffer_, static_cast<uint32_t>(when / 1'000'000'000));
    put(buffer_, static_cast<uint32_t>(when % 1'000'000'000));
    put(buffer_, size);  // captured
    put(buffer_, size);  // on the wire
    put_frame(frame);
  } else {
    const size_t block = begin_block(buffer_, kEnhancedPacket);
    put(buffer_, interface);
    put(buffer_, static_cast<uint32_t>(when >> 32));
    put(buffer_, static_cast<uint32_t>(when));
    put(buffer_, size);  // captured
    put(buffer_, size);  // on the wire
    put_frame(frame);
    pad(buffer_);
    put_option(buffer_, kPacketFlags, bytes_of(packet_flags(frame.meta(), outgoing)));
    end_options(buffer_);
    end_block(buffer_, block);
  }
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

}  // namespace unetns
