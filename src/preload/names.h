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

/* The same as a struct sockaddr_in6 (RFC 3493, 3.7). */
static inline void unetns_give_mapped(uint64_t peer, struct sockaddr* name, socklen_t* size) {
  struct sockaddr_in6 in = {.sin6_family = AF_INET6, .sin6_port = unetns_hot_port(peer)};
  const uint32_t address = unetns_hot_address(peer);
  in.sin6_addr.s6_addr[10] = in.sin6_addr.s6_addr[11] = 0xff;
  __builtin_memcpy(&in.sin6_addr.s6_addr[12], &address, sizeof address);
  __builtin_memcpy(name, &in, *size < sizeof in ? *size : sizeof in);
  *size = sizeof in;
}

#endif /* UNETNS_PRELOAD_NAMES_H_ */
