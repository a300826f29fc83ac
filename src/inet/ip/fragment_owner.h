// Says what must be said when fragments did not all come: counters, and ICMP time exceeded (RFC
// 792, code 1).
#ifndef UNETNS_INET_IP_FRAGMENT_OWNER_H_
#define UNETNS_INET_IP_FRAGMENT_OWNER_H_

#include <linux/icmp.h>

#include "inet/ip/ip_context.h"

namespace unetns {

template <class F>
class FragmentOwner final : public Reassembler<F>::Owner {
 public:
  FragmentOwner(IpContext<F>& context, Net& net) : context_(context), net_(net) {}

  void fragments_timed_out(Packet first, std::vector<Packet> rest) override {
    IpStats& stats = context_.stats(net_);
    stats.reasm_timeout++;
    stats.reasm_fails++;
    if (first) {
      // The device may be gone by now.
      NetDevice* dev = context_.netdevs.by_index(net_, first.meta().iif);
      first.meta().dev = dev;
      if (dev && net_.alive())
        context_.icmp_error(net_, dev, first, ICMP_TIME_EXCEEDED, ICMP_EXC_FRAGTIME);
      net_.drop(std::move(first), DropReason::kFragTimeout);
    }
    for (Packet& p : rest) {
      p.meta().dev = nullptr;
      net_.drop(std::move(p), DropReason::kFragTimeout);
    }
  }

 private:
  IpContext<F>& context_;
  Net& net_;
};

}  // namespace unetns

#endif  // UNETNS_INET_IP_FRAGMENT_OWNER_H_
