// TcpInfoTail: struct tcp_info of Linux 6.18 behind tcpi_snd_wnd, where that of older headers ends.
#ifndef UNETNS_INET_TCP_TCP_INFO_TAIL_H_
#define UNETNS_INET_TCP_TCP_INFO_TAIL_H_

#include <linux/tcp.h>

#include <cstddef>
#include <cstdint>

namespace unetns {

struct TcpInfoTail {
  static constexpr size_t kOffset = offsetof(tcp_info, tcpi_snd_wnd) + sizeof(uint32_t);

  uint32_t rcv_wnd = 0;
  uint32_t rehash = 0;  // nothing here chooses ways by a hash that could change
  uint16_t total_rto = 0, total_rto_recoveries = 0;
  uint32_t total_rto_time = 0;  // ms
  uint32_t received_ce = 0;
  uint32_t delivered_bytes[3]{}, received_bytes[3]{};  // of Accurate ECN
  uint16_t accecn_fail_mode = 0, accecn_opt_seen = 0;
};
static_assert(sizeof(TcpInfoTail) == 48);

}  // namespace unetns

#endif  // UNETNS_INET_TCP_TCP_INFO_TAIL_H_
