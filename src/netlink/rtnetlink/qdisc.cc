// RTM_GETQDISC: the root queueing discipline of each device (tc(8)). They can't be changed yet.
#include <linux/gen_stats.h>
#include <linux/pkt_sched.h>

#include "netlink/rtnetlink/fill.h"
#include "netlink/rtnetlink/handlers.h"
#include "netlink/rtnetlink/rtnetlink.h"

namespace unetns {
namespace {

// What "pfifo_fast" always says: three bands, and which of them each of the 16 priorities goes to.
constexpr tc_prio_qopt kPfifoFast{.bands = 3,
                                  .priomap = {1, 2, 2, 2, 1, 2, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1}};

void put_stats(NlWriter& out, const NetDevice& dev, bool counts) {
  gnet_stats_basic basic{};
  gnet_stats_queue queue{};
  tc_stats old{};
  if (counts) {
    basic.bytes = dev.stats.tx_bytes;
    basic.packets = static_cast<uint32_t>(dev.stats.tx_packets);
    old.bytes = basic.bytes;
    old.packets = basic.packets;
  }
  const size_t nest = out.nest_begin(TCA_STATS2);
  out.object(TCA_STATS_BASIC, basic);
  out.object(TCA_STATS_QUEUE, queue);
  out.nest_end(nest);
  out.object(TCA_STATS, old);
}

void put_qdisc(NlWriter& out, const NetDevice& dev, const DumpHeader& header) {
  tcmsg fixed{};
  fixed.tcm_family = AF_UNSPEC;
  fixed.tcm_ifindex = dev.ifindex();
  fixed.tcm_parent = TC_H_ROOT;
  fixed.tcm_info = 2;  // references held
  out.begin_with(RTM_NEWQDISC, header.flags, header.seq, header.port_id, fixed);
  out.str(TCA_KIND, dev.qdisc());
  if (dev.qdisc() == "pfifo_fast") out.object(TCA_OPTIONS, kPfifoFast);
  out.u8(TCA_HW_OFFLOAD, 0);
  put_stats(out, dev, dev.qdisc() != "noqueue");
  out.end();
}

bool visible(const NetDevice& dev) { return dev.qdisc() != "noop"; }

}  // namespace

Result<void> qdisc_get(Rtnetlink& rt, NlRequest& request) {
  UNETNS_ASSIGN(const tcmsg header, request.fixed<tcmsg>());
  const NetDevice* dev = rt.netdevs().by_index(request.net, header.tcm_ifindex);
  if (!dev) return fail(ENODEV);
  const bool root = header.tcm_parent == TC_H_ROOT;
  if (!root) return fail(ENOENT, "Failed to find qdisc with specified handle");
  if (!visible(*dev)) return fail(ENOENT);
  NlWriter out;
  put_qdisc(out, *dev, answer_to(request));
  request.socket.deliver_reply(out.take());
  return {};
}

DumpResult qdisc_dump(Rtnetlink& rt, NlRequest& request, DumpHeader& dump) {
  NlWriter out;
  // The index in the request means nothing here: tc(8) filters by itself.
  rt.netdevs().for_each(request.net, [&](NetDevice& dev) {
    if (visible(dev)) put_qdisc(out, dev, dump);
  });
  return std::make_unique<SnapshotDump>(out.take());
}

}  // namespace unetns
