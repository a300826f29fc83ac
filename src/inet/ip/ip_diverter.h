// IpDiverter: takes packets that would be delivered in a namespace before its protocols see them,
// as a rule of tproxy or a nfqueue would: for a gateway that answers for the whole world.
#ifndef UNETNS_INET_IP_IP_DIVERTER_H_
#define UNETNS_INET_IP_IP_DIVERTER_H_

#include "inet/ip/ip_types.h"

namespace unetns {

template <class F>
class IpDiverter {
 public:
  virtual ~IpDiverter() = default;
  // A whole packet, front at its transport header. True: taken, `packet` may have been moved from.
  // What was kept can be handed to its protocol later (TransportHandler::receive). Called from
  // inside the stack.
  virtual bool divert(Net& net, Packet& packet, const IpRx<F>& rx) = 0;
};

}  // namespace unetns

#endif  // UNETNS_INET_IP_IP_DIVERTER_H_
