/* Names of sockets, as the table tells them. */
#ifndef UNETNS_PRELOAD_NAMES_H_
#define UNETNS_PRELOAD_NAMES_H_

#include <netinet/in.h>

#include "preload/hot_layout.h"

/* As far as there is room, which *size tells; then it tells the true length. */
static inline void unetns_give_name(uint64_t peer, struct sockaddr* name, socklen_t* size) {
  const struct sockaddr_in in = {.sin_family = AF_INET,
                                 .sin_port = unetns_hot_port(peer),
                                 .sin_addr = {unetns_hot_address(peer)}};
  __builtin_memcpy(name, &in, *size < sizeof in ? *size : sizeof in);
  *size = sizeof in;
}

#endif /* UNETNS_PRELOAD_NAMES_H_ */
