/* Names of sockets, as the table tells them. */
#ifndef UNETNS_PRELOAD_NAMES_H_
#define UNETNS_PRELOAD_NAMES_H_

#include <netinet/in.h>

#include "preload/hot_layout.h"

/* 0: none that they could tell. */
static inline uint64_t unetns_peer_of(const struct sockaddr* name, socklen_t size) {
  const struct sockaddr_in* in = (const struct sockaddr_in*)name;
  if (!name || size < sizeof *in || in->sin_family != AF_INET) return 0;
  return unetns_hot_peer(in->sin_addr.s_addr, in->sin_port);
}

/* As far as there is room, which *size tells; then it tells the true length. */
static inline void unetns_give_name(uint64_t peer, struct sockaddr* name, socklen_t* size) {
  const struct sockaddr_in in = {.sin_family = AF_INET,
                                 .sin_port = unetns_hot_port(peer),
                                 .sin_addr = {unetns_hot_address(peer)}};
  __builtin_memcpy(name, &in, *size < sizeof in ? *size : sizeof in);
  *size = sizeof in;
}

#endif /* UNETNS_PRELOAD_NAMES_H_ */
