#include "packet/wire/tcp.h"

#include <algorithm>

namespace unetns {
namespace {

constexpr uint8_t kEnd = 0, kNop = 1, kMss = 2, kWscale = 3, kSackPermitted = 4, kSack = 5,
                  kTimestamps = 8, kMd5 = 19, kFastOpen = 34;
constexpr size_t kSackBlock = 8;

size_t padded(size_t n) { return (n + 3) & ~size_t{3}; }

// All but SACK blocks. Timestamps stand aligned behind two NOPs, or behind SACK-permitted.
size_t fixed_size(const TcpOptions& o) {
  size_t n = 0;
  if (o.mss) n += 4;
  if (o.has_ts)
    n += 12;
  else if (o.sack_permitted)
    n += 4;
  if (o.has_wscale) n += 4;
  return n;
}

size_t fastopen_size(const TcpOptions& o, size_t used) {
  if (!o.has_fastopen) return 0;
  const size_t n = padded(2 + size_t{o.fastopen_len});
  return used + n <= TcpOptions::kMaxSize ? n : 0;
}

size_t sack_blocks(const TcpOptions& o, size_t used) {
  if (o.sack_count == 0 || used + 4 + kSackBlock > TcpOptions::kMaxSize) return 0;
  return std::min(
      {size_t{o.sack_count}, std::size(o.sack), (TcpOptions::kMaxSize - used - 4) / kSackBlock});
}

}  // namespace

size_t TcpOptions::size() const {
  size_t n = fixed_size(*this);
  n += fastopen_size(*this, n);
  const size_t blocks = sack_blocks(*this, n);
  return n + (blocks ? 4 + blocks * kSackBlock : 0);
}

void tcp_emit_options(const TcpOptions& o, MutableBytes out) {
  uint8_t* p = out.data();
  auto four = [&p](uint8_t a, uint8_t b, uint8_t c, uint8_t d) {
    const uint8_t bytes[4] = {a, b, c, d};
    std::memcpy(p, bytes, 4);
    p += 4;
  };
  auto word = [&p](uint32_t v) {
    store_be32(p, v);
    p += 4;
  };
  if (o.mss) four(kMss, 4, static_cast<uint8_t>(o.mss >> 8), static_cast<uint8_t>(o.mss));
  if (o.has_ts) {
    if (o.sack_permitted)
      four(kSackPermitted, 2, kTimestamps, 10);
    else
      four(kNop, kNop, kTimestamps, 10);
    word(o.ts_val);
    word(o.ts_ecr);
  } else if (o.sack_permitted) {
    four(kNop, kNop, kSackPermitted, 2);
  }
  if (o.has_wscale) four(kNop, kWscale, 3, o.wscale);
  const size_t used = fixed_size(o);
  const size_t cookie = fastopen_size(o, used);
  if (cookie) {
    *p++ = kFastOpen;
    *p++ = static_cast<uint8_t>(2 + o.fastopen_len);
    std::memcpy(p, o.fastopen, o.fastopen_len);
    std::memset(p + o.fastopen_len, kNop, cookie - 2 - o.fastopen_len);
    p += cookie - 2;
  }
  if (const size_t blocks = sack_blocks(o, used + cookie)) {
    four(kNop, kNop, kSack, static_cast<uint8_t>(2 + blocks * kSackBlock));
    for (size_t i = 0; i < blocks; i++) {
      word(o.sack[i].start);
      word(o.sack[i].end);
    }
  }
}

TcpOptions tcp_parse_options(Bytes b, bool syn) {
  TcpOptions o;
  // What nearly every segment carries: two NOPs and timestamps.
  if (b.size() == 12 && load_be32(b.data()) == 0x0101080a) {
    o.has_ts = true;
    o.ts_val = load_be32(b.data() + 4);
    o.ts_ecr = load_be32(b.data() + 8);
    return o;
  }
  for (size_t at = 0; at < b.size();) {
    const uint8_t kind = b[at];
    if (kind == kEnd) break;
    if (kind == kNop) {
      at++;
      continue;
    }
    if (at + 1 >= b.size()) break;
    const size_t len = b[at + 1];
    if (len < 2 || at + len > b.size()) break;
    const uint8_t* v = b.data() + at + 2;
    switch (kind) {
      case kMss:
        if (len == 4 && syn) o.mss = load_be16(v);
        break;
      case kWscale:
        if (len == 3 && syn) {
          o.has_wscale = true;
          o.wscale = std::min<uint8_t>(v[0], 14);
        }
        break;
      case kSackPermitted:
        if (len == 2 && syn) o.sack_permitted = true;
        break;
      case kSack:
        if (len >= 10 && (len - 2) % kSackBlock == 0 && !syn) {
          o.sack_count = static_cast<uint8_t>(std::min((len - 2) / kSackBlock, std::size(o.sack)));
          for (size_t i = 0; i < o.sack_count; i++)
            o.sack[i] = {load_be32(v + i * kSackBlock), load_be32(v + i * kSackBlock + 4)};
        }
        break;
      case kTimestamps:
        if (len == 10) {
          o.has_ts = true;
          o.ts_val = load_be32(v);
          o.ts_ecr = load_be32(v + 4);
        }
        break;
      case kMd5:
        if (len == 18) o.has_md5 = true;
        break;
      case kFastOpen:
        // A request, or an even number of 4 to 16 bytes (RFC 7413 §4.1.1).
        if (syn && (len == 2 || (len >= 6 && len <= 18 && len % 2 == 0))) {
          o.has_fastopen = true;
          o.fastopen_len = static_cast<uint8_t>(len - 2);
          std::memcpy(o.fastopen, v, o.fastopen_len);
        }
        break;
    }
    at += len;
  }
  return o;
}

void TcpHeader::emit(MutableBytes out, const TcpOptions& options) const {
  const size_t size = kMinSize + options.size();
  store_be16(out.data(), src_port);
  store_be16(out.data() + 2, dst_port);
  store_be32(out.data() + 4, seq);
  store_be32(out.data() + 8, ack);
  out[12] = static_cast<uint8_t>(size / 4 << 4);
  out[13] = flags;
  store_be16(out.data() + 14, window);
  store_be16(out.data() + 16, checksum);
  store_be16(out.data() + 18, urgent);
  tcp_emit_options(options, out.subspan(kMinSize, size - kMinSize));
}

std::expected<TcpView, DropReason> TcpView::parse(Bytes head, size_t segment_size) {
  if (head.size() < TcpHeader::kMinSize) return std::unexpected(DropReason::kPacketTooSmall);
  const size_t header = size_t{head[12]} / 16 * 4;
  if (header < TcpHeader::kMinSize || header > segment_size)
    return std::unexpected(DropReason::kTcpMalformed);
  if (header > head.size()) return std::unexpected(DropReason::kPacketTooSmall);
  return TcpView(head.first(std::min(head.size(), segment_size)));
}

std::expected<TcpQuote, DropReason> TcpQuote::parse(Bytes quote) {
  if (quote.size() < 8) return std::unexpected(DropReason::kPacketTooSmall);
  return TcpQuote{load_be16(quote.data()), load_be16(quote.data() + 2),
                  load_be32(quote.data() + 4)};
}

}  // namespace unetns
