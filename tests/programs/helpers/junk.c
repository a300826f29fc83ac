// Netlink requests that make no sense, cut off, or are random; then a sound one, which must be
// answered.
#include "check.h"

#include <linux/netlink.h>
#include <linux/rtnetlink.h>

static unsigned long long state = 88172645463325252ull;
static unsigned next_random(void) {
  state ^= state << 13;
  state ^= state >> 7;
  state ^= state << 17;
  return (unsigned)(state >> 16);
}

int main(void) {
  _Alignas(struct nlmsghdr) char buf[8192];
  int errors = 0;
  for (int i = 0; i < 3000; ++i) {
    static int fd = -1;
    if (i % 100 == 0) {
      if (fd >= 0) close(fd);
      fd = socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
      CHECK(fd >= 0);
    }
    const size_t size = next_random() % 300;
    for (size_t k = 0; k < sizeof buf; ++k) buf[k] = next_random() % 3 ? 0 : (char)next_random();
    struct nlmsghdr* h = (struct nlmsghdr*)buf;
    h->nlmsg_len = next_random() % 4 ? (unsigned)size : next_random();
    h->nlmsg_type = RTM_BASE + next_random() % 100;
    // Not those that would take the ground from under the test: deletions and changes of a link.
    if (h->nlmsg_type == RTM_DELLINK || h->nlmsg_type == RTM_SETLINK ||
        h->nlmsg_type == RTM_NEWLINK)
      h->nlmsg_type = RTM_GETLINK;
    h->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK | (next_random() & 0xf00);
    for (size_t at = sizeof *h + next_random() % 32; at + 4 < size; at += 4 + next_random() % 16) {
      struct rtattr* a = (struct rtattr*)(buf + (at & ~3ul));
      a->rta_len = (unsigned short)(next_random() % 8 ? 4 + next_random() % 20 : next_random());
      a->rta_type = (unsigned short)(next_random() % 60);
    }
    if (send(fd, buf, size, 0) < 0) continue;
    ssize_t n;
    while ((n = recv(fd, buf, sizeof buf, MSG_DONTWAIT)) > 0) {
      if (((struct nlmsghdr*)buf)->nlmsg_type == NLMSG_ERROR) ++errors;
    }
  }
  CHECK(errors > 0);
  const int fd = socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
  struct {
    struct nlmsghdr h;
    struct ifinfomsg i;
  } ask;
  memset(&ask, 0, sizeof ask);
  ask.h.nlmsg_len = sizeof ask;
  ask.h.nlmsg_type = RTM_GETLINK;
  ask.h.nlmsg_flags = NLM_F_REQUEST;
  ask.i.ifi_index = 1;
  CHECK(send(fd, &ask, sizeof ask, 0) == sizeof ask);
  CHECK(recv(fd, buf, sizeof buf, 0) > 0 && ((struct nlmsghdr*)buf)->nlmsg_type == RTM_NEWLINK);
  CHECK(if_nametoindex("lo") == 1);
  return passed();
}
