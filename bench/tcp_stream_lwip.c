// tcp_stream_lwip SECONDS: Gbit/s of one TCP stream within lwIP as Debian builds it, on its one thread:
// the peer of tcp_stream_library. The sender writes every byte once, the receiver looks at each once.
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "lwip/netif.h"
#include "lwip/tcp.h"
#include "lwip/tcpip.h"

enum { kPort = 5001, kPiece = 16384 };

static struct netif wire;
static char piece[kPiece];
static char fill;
static volatile uint64_t received;
static volatile uint64_t sum;

static void must(int ok, const char* what) {
  if (ok) return;
  fprintf(stderr, "%s failed\n", what);
  exit(1);
}

static err_t no_output(struct netif* n, struct pbuf* p, const ip4_addr_t* to) {
  (void)n, (void)p, (void)to;
  return ERR_OK;
}

static err_t set_up(struct netif* n) {
  n->name[0] = 'w';
  n->name[1] = '0';
  n->mtu = 1500;
  n->output = no_output;  // all goes to our own address, and is looped back before
  return ERR_OK;
}

static void fill_up(struct tcp_pcb* pcb) {
  while (tcp_sndbuf(pcb) > 0) {
    const u16_t room = tcp_sndbuf(pcb) < kPiece ? tcp_sndbuf(pcb) : kPiece;
    memset(piece, fill++, room);
    if (tcp_write(pcb, piece, room, TCP_WRITE_FLAG_COPY) != ERR_OK) break;
  }
  tcp_output(pcb);
}

static err_t sent(void* arg, struct tcp_pcb* pcb, u16_t n) {
  (void)arg, (void)n;
  fill_up(pcb);
  return ERR_OK;
}

static err_t connected(void* arg, struct tcp_pcb* pcb, err_t err) {
  (void)arg;
  must(err == ERR_OK, "connect");
  tcp_sent(pcb, sent);
  fill_up(pcb);
  return ERR_OK;
}

static err_t got(void* arg, struct tcp_pcb* pcb, struct pbuf* p, err_t err) {
  (void)arg, (void)err;
  if (!p) return ERR_OK;
  uint64_t total = 0;
  for (struct pbuf* q = p; q; q = q->next) {
    const char* at = q->payload;
    size_t i = 0;
    for (; i + 8 <= q->len; i += 8) {
      uint64_t word;
      memcpy(&word, at + i, 8);
      total += word;
    }
    for (; i < q->len; i++) total += (unsigned char)at[i];
  }
  sum += total;
  received += p->tot_len;
  tcp_recved(pcb, p->tot_len);
  pbuf_free(p);
  return ERR_OK;
}

static err_t accepted(void* arg, struct tcp_pcb* pcb, err_t err) {
  (void)arg, (void)err;
  tcp_recv(pcb, got);
  return ERR_OK;
}

static void start(void* arg) {
  (void)arg;
  ip4_addr_t address, mask, gateway;
  IP4_ADDR(&address, 10, 0, 0, 1);
  IP4_ADDR(&mask, 255, 255, 255, 0);
  IP4_ADDR(&gateway, 0, 0, 0, 0);
  must(netif_add(&wire, &address, &mask, &gateway, NULL, set_up, tcpip_input) != NULL, "netif");
  netif_set_default(&wire);
  netif_set_link_up(&wire);
  netif_set_up(&wire);
  struct tcp_pcb* listener = tcp_new();
  must(listener && tcp_bind(listener, IP_ADDR_ANY, kPort) == ERR_OK, "bind");
  listener = tcp_listen(listener);
  must(listener != NULL, "listen");
  tcp_accept(listener, accepted);
  struct tcp_pcb* client = tcp_new();
  ip_addr_t to;
  ip_addr_copy_from_ip4(to, address);
  must(client && tcp_connect(client, &to, kPort, connected) == ERR_OK, "connect");
}

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

int main(int argc, char** argv) {
  const double limit = argc > 1 ? atof(argv[1]) : 2;
  tcpip_init(start, NULL);
  const double begin = now();
  usleep((useconds_t)(limit * 1e6));
  const uint64_t n = received;
  must(n > 0, "the stream");
  printf("%.3f\n", (double)n * 8 / (now() - begin) / 1e9);
  fflush(stdout);
  _exit(0);
}
