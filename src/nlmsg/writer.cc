#include "nlmsg/writer.h"

#include <linux/netlink.h>

#include <algorithm>
#include <utility>

namespace unetns {
namespace {
constexpr size_t kNone = static_cast<size_t>(-1);

void append(ByteVector& to, Bytes bytes) { to.insert(to.end(), bytes.begin(), bytes.end()); }
void pad(ByteVector& to) { to.resize(NLMSG_ALIGN(to.size()), 0); }
}  // namespace

void NlWriter::begin(uint16_t type, uint16_t flags, uint32_t seq, uint32_t port_id, Bytes fixed) {
  message_ = buffer_.size();
  const nlmsghdr header{.nlmsg_len = 0,
                        .nlmsg_type = type,
                        .nlmsg_flags = flags,
                        .nlmsg_seq = seq,
                        .nlmsg_pid = port_id};
  append(buffer_, bytes_of(header));
  append(buffer_, fixed);
  pad(buffer_);
}

void NlWriter::end() {
  store<uint32_t>(buffer_.data() + message_, static_cast<uint32_t>(buffer_.size() - message_));
  message_ = kNone;
}

void NlWriter::cancel() {
  buffer_.resize(message_);
  message_ = kNone;
}

void NlWriter::append_message(Bytes whole) {
  append(buffer_, whole);
  pad(buffer_);
}

void NlWriter::put(uint16_t id, Bytes payload) {
  // A length of 16 bits is all the format has; longer payloads are cut (no caller makes one).
  payload = payload.first(std::min<size_t>(payload.size(), 0xffff - NLA_HDRLEN));
  const nlattr header{.nla_len = static_cast<uint16_t>(NLA_HDRLEN + payload.size()),
                      .nla_type = id};
  append(buffer_, bytes_of(header));
  append(buffer_, payload);
  pad(buffer_);
}

void NlWriter::str(uint16_t id, std::string_view text) {
  const size_t mark = nest_begin(id);
  append(buffer_, {reinterpret_cast<const uint8_t*>(text.data()), text.size()});
  buffer_.push_back(0);
  nest_end(mark);
  pad(buffer_);
}

size_t NlWriter::nest_begin(uint16_t id, bool flagged) {
  const size_t mark = buffer_.size();
  const nlattr header{.nla_len = NLA_HDRLEN,
                      .nla_type = static_cast<uint16_t>(flagged ? id | NLA_F_NESTED : id)};
  append(buffer_, bytes_of(header));
  return mark;
}

void NlWriter::nest_end(size_t mark) {
  store<uint16_t>(buffer_.data() + mark,
                  static_cast<uint16_t>(std::min<size_t>(buffer_.size() - mark, 0xffff)));
}

void NlWriter::nest_cancel(size_t mark) { buffer_.resize(mark); }

ByteVector NlWriter::take() {
  message_ = kNone;
  return std::exchange(buffer_, {});
}

}  // namespace unetns
