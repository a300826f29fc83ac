/* setsockopt(2). */
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include "preload/hot_table.h"
#include "preload/raw.h"

/* Whether a program that gives this address can be believed: a mistaken one must get EFAULT. */
static int on_stack(const void* p) {
  const char here = 0;
  const uintptr_t at = (uintptr_t)p, sp = (uintptr_t)&here;
  return at >= sp && at - sp < 2048 && (at & 3) == 0;
}

/* TCP_NODELAY of a connection is told without a call: it counts from the next thing on that the
 * supervisor has to do with the socket. */
static int wish_nodelay(int fd, int on) {
  uint32_t where = 0;
  const struct unetns_hot_slot known = unetns_slot_of(fd, &where);
  uint64_t* w =
      known.flags & UNETNS_HOT_STREAM && known.inode <= UINT32_MAX ? unetns_wishes() : NULL;
  if (!w) return 0;
  uint64_t wish = unetns_hot_wish(known.inode, on ? UNETNS_WISH_NODELAY : UNETNS_WISH_NODELAY_OFF);
  __atomic_store_n(&w[where], wish, __ATOMIC_SEQ_CST);
  if (__atomic_load_n(&unetns_slots()[where].inode, __ATOMIC_SEQ_CST) == known.inode) return 1;
  __atomic_compare_exchange_n(&w[where], &wish, 0, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
  return 0;
}

int setsockopt(int fd, int level, int name, const void* value, socklen_t size) {
  if (level == IPPROTO_TCP && name == TCP_NODELAY && size >= sizeof(int) && on_stack(value) &&
      wish_nodelay(fd, *(const int*)value != 0))
    return 0;
  return (int)result(raw(SYS_setsockopt, fd, level, name, (long)value, (long)size, 0));
}
