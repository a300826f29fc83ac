// frame_source DEVICE MAC SECONDS: frames of 64 bytes with a UDP packet from 10.0.1.1 to 10.0.2.1 leave by DEVICE to MAC as fast as a packet
// socket can send them (packet(7): sendmmsg, past the queueing discipline). Prints the seconds that it took.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

enum { kBatch = 256, kFrame = 64 };

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static uint16_t checksum(const uint8_t* p, size_t n) {
  uint32_t sum = 0;
  for (size_t i = 0; i < n; i += 2) sum += (uint32_t)p[i] << 8 | p[i + 1];
  while (sum >> 16) sum = (sum & 0xffff) + (sum >> 16);
  return htons((uint16_t)~sum);
}

int main(int argc, char** argv) {
  if (argc != 4) return 2;
  const int fd = socket(AF_PACKET, SOCK_RAW, 0);
  struct sockaddr_ll to = {.sll_family = AF_PACKET, .sll_ifindex = (int)if_nametoindex(argv[1])};
  const int one = 1;
  if (fd < 0 || bind(fd, (struct sockaddr*)&to, sizeof to) < 0 ||
      setsockopt(fd, SOL_PACKET, PACKET_QDISC_BYPASS, &one, sizeof one) < 0) {
    perror("packet socket");
    return 1;
  }
  uint8_t frame[kFrame] = {0};
  unsigned mac[6];
  if (sscanf(argv[2], "%x:%x:%x:%x:%x:%x", &mac[0], &mac[1], &mac[2], &mac[3], &mac[4], &mac[5]) != 6) return 2;
  for (int i = 0; i < 6; i++) frame[i] = (uint8_t)mac[i];
  frame[6] = 2;
  frame[12] = 8;
  uint8_t* ip = frame + 14;
  ip[0] = 0x45;
  ip[3] = kFrame - 14;
  ip[8] = 64;
  ip[9] = 17;
  memcpy(ip + 12, (uint8_t[]){10, 0, 1, 1, 10, 0, 2, 1}, 8);
  const uint16_t sum = checksum(ip, 20);
  memcpy(ip + 10, &sum, 2);
  ip[21] = ip[23] = 9;
  ip[25] = kFrame - 34;

  struct iovec piece = {frame, sizeof frame};
  struct mmsghdr batch[kBatch];
  memset(batch, 0, sizeof batch);
  for (int i = 0; i < kBatch; i++) {
    batch[i].msg_hdr.msg_iov = &piece;
    batch[i].msg_hdr.msg_iovlen = 1;
  }
  const double start = now(), limit = atof(argv[3]);
  while (now() - start < limit)
    for (int i = 0; i < 16; i++)
      if (sendmmsg(fd, batch, kBatch, 0) < 0) {
        perror("sendmmsg");
        return 1;
      }
  printf("%f\n", now() - start);
  return 0;
}
