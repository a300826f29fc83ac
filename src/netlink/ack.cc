#include "netlink/ack.h"

#include "nlmsg/policy_fill.h"

namespace unetns {
namespace {

std::string_view text_of(const Error* error, const ParseNotes& notes) {
  if (error && !error->message.empty()) return error->message;
  return notes.text ? notes.text : "";
}

bool has_details(const Error* error, const ParseNotes& notes, AckOptions options) {
  if (!options.extended) return false;
  return !text_of(error, notes).empty() || (error && (error->offset || error->missing));
}

void put_details(NlWriter& out, const Error* error, const ParseNotes& notes) {
  if (const auto text = text_of(error, notes); !text.empty())
    out.str(NLMSGERR_ATTR_MSG, text);
  if (!error) return;
  if (error->offset) out.u32(NLMSGERR_ATTR_OFFS, error->offset);
  if (notes.refused) put_policy(out, NLMSGERR_ATTR_POLICY, *notes.refused);
  if (error->missing) out.u32(NLMSGERR_ATTR_MISS_TYPE, error->missing);
}

}  // namespace

ByteVector build_ack(const NlRequest& request, uint32_t port_id, const Error* error,
                     AckOptions options) {
  // A refused request is echoed whole unless the program asked not to; an accepted one never is.
  const bool echo = error && !options.capped;
  const bool details = has_details(error, request.notes, options);
  const auto flags =
      static_cast<uint16_t>((echo ? 0 : NLM_F_CAPPED) | (details ? NLM_F_ACK_TLVS : 0));
  ByteVector body;
  const int32_t code = error ? -error->code : 0;
  const Bytes code_bytes = bytes_of(code);
  const Bytes original = echo ? request.message : request.message.first(NLMSG_HDRLEN);
  body.reserve(sizeof code + original.size());
  body.insert(body.end(), code_bytes.begin(), code_bytes.end());
  body.insert(body.end(), original.begin(), original.end());
  NlWriter out;
  out.begin(NLMSG_ERROR, flags, request.header.nlmsg_seq, port_id, body);
  if (details) put_details(out, error, request.notes);
  out.end();
  return out.take();
}

void append_done(NlWriter& out, const DumpHeader& header, const Error* error,
                 const ParseNotes& notes, AckOptions options) {
  const bool details = has_details(error, notes, options);
  const int32_t code = error ? -error->code : 0;
  out.begin_with(NLMSG_DONE, static_cast<uint16_t>(header.flags | (details ? NLM_F_ACK_TLVS : 0)),
                 header.seq, header.port_id, code);
  if (details) put_details(out, error, notes);
  out.end();
}

}  // namespace unetns
