/* The table by which a supervisor tells the accelerator of its programs which of their sockets may
 * be used natively: a file beside the library, a head and then slots. The slot of a socket, named
 * by the inode of the program's end, is among the UNETNS_HOT_PROBES ones from its hash on. The
 * supervisor alone writes. */
#ifndef UNETNS_PRELOAD_HOT_LAYOUT_H_
#define UNETNS_PRELOAD_HOT_LAYOUT_H_

#include <stdint.h>

#define UNETNS_HOT_MAGIC 0x31746f68746e7575ULL
#define UNETNS_HOT_BITS 14
#define UNETNS_HOT_SLOTS (1u << UNETNS_HOT_BITS)
#define UNETNS_HOT_PROBES 8u

/* A native recv(2) or send(2) does what a notified one would. */
#define UNETNS_HOT_RECV 1u
#define UNETNS_HOT_SEND 2u
#define UNETNS_HOT_STREAM 4u /* addresses count for nothing */
/* So does a native send of a datagram to `peer`, behind a unetns_hot_name that holds it. */
#define UNETNS_HOT_SEND_TO 8u
/* Requests and answers take turns: a send of at most so many bytes had better be notified. */
#define UNETNS_HOT_TURNS 16u
#define UNETNS_HOT_TURNS_MOST 16384u
/* All datagrams that lie there come from `source`: a native recv whose program wants the name. That
 * holds for what was taken while `source` did not change. */
#define UNETNS_HOT_RECV_FROM 32u

/* Of a listening socket: it can be asked by UNETNS_ACCEPT_OPTION that connections come as tokens;
 * they do: recv(2) gives one, a unetns_hot_token, for each. Less than that: accept(2) must be
 * notified. */
#define UNETNS_HOT_LISTENS 64u
#define UNETNS_HOT_ACCEPT 128u
/* All that wait have come: EAGAIN says that there is none, if the flag stands still. */
#define UNETNS_HOT_ACCEPT_ALL 256u

/* In the upper half of the flags of sendto(2), where the kernel does not look: the inode of the
 * socket, if that is known and small enough. 0: not told. */
static inline uint64_t unetns_hot_claim(uint64_t flags) { return flags >> 32; }

/* In an argument that the kernel ignores it lets a call pass the filter. */
#define UNETNS_PASS_WORD 0x75e7e715
/* The same for connect(2) and bind(2), in all that they ignore, and for setsockopt(2): their own,
 * since libc does not set what they have no argument in, and may leave there what another call had.
 */
#define UNETNS_CONNECT_WORD 0x75e7e71d
#define UNETNS_OPTION_WORD 0x75e7e72b

/* Descriptors that may be namespaces: fstat(2) of them is notified. */
#define UNETNS_HIGH_FIRST 960
#define UNETNS_HIGH_END 1024

struct unetns_hot_slot {
  uint64_t inode; /* 0: free */
  uint32_t flags;
  uint32_t most;   /* bytes of a datagram that may be sent natively; of no meaning for streams */
  uint64_t peer;   /* unetns_hot_peer(); 0: none */
  uint64_t source; /* a peer whose low 16 bits are others each time that it changes; 0: none */
};

/* An IPv4 address and a port, as they stand in struct sockaddr_in. */
static inline uint64_t unetns_hot_peer(uint32_t address, uint16_t port) {
  return (uint64_t)address << 32 | (uint64_t)port << 16 | 1;
}
static inline uint32_t unetns_hot_address(uint64_t peer) { return (uint32_t)(peer >> 32); }
static inline uint16_t unetns_hot_port(uint64_t peer) { return (uint16_t)(peer >> 16); }

/* prctl(UNETNS_NAME_OPTION, descriptor, data, length): from whom a datagram came that a native recv
 * took just now. A peer; 0: not known. */
#define UNETNS_NAME_OPTION 0x756e6e6d

/* prctl(UNETNS_ACCEPT_OPTION, descriptor): accept(2) may be native. 0, or -1 and an error. */
#define UNETNS_ACCEPT_OPTION 0x756e6163

/* The listening socket is one of AF_INET6: its names are mapped ones. */
#define UNETNS_TOKEN_INET6 2u

struct unetns_hot_token {
  uint64_t token;
  uint64_t peer; /* whose connection it is, and the flag above */
};

/* prctl(UNETNS_RETURN_OPTION, descriptor, token): what was taken from the listening socket could
 * not be accepted. */
#define UNETNS_RETURN_OPTION 0x756e7274

/* A TCP socket may be made natively: a UNIX stream socket with this mark as its SO_INCOMING_CPU.
 * The supervisor knows it by that at the first call about it that is notified. */
#define UNETNS_HOT_MARK 0x40000000

/* prctl(UNETNS_CHANNEL_OPTION, &mark): what sockets of this process are to be marked with, an int:
 * UNETNS_HOT_MARK and its namespace, as long as `moves` of the table stays. Returns a descriptor,
 * the channel, which takes unetns_hot_wishes; they are served before any later call of the process.
 * -1 and EEXIST: it has one already; else: it may not. */
#define UNETNS_CHANNEL_OPTION 0x756e6368

struct unetns_hot_wish { /* TCP_NODELAY of a socket that was made natively */
  uint64_t inode;
  int32_t value;
  uint32_t unused;
};

/* Then such a socket is connected to "dock", beside the library. What for, its own name says, an
 * abstract one (unix(7)), which accept(2) tells the supervisor without another call:
 * UNETNS_HELLO_NAME after a null byte, and a hello, each byte of it two letters from 'a' on, high
 * half first. (Others see it in the host's /proc/net/unix.) By the inode there is one socket of
 * that name, as a rule; a call that finds it taken is notified. */
#define UNETNS_HELLO_NAME "unetns-dock/"
struct unetns_hot_hello {
  uint32_t what;
  int32_t descriptor;
  uint64_t inode; /* what it names */
  uint64_t about; /* CONNECT: the peer; ACCEPT: the inode of the listening socket */
  uint64_t token; /* ACCEPT: the one that was taken there */
  int32_t mark;
  uint32_t unused;
};
/* connect(2), which does not wait: it is in progress. So many bytes come, the `mark` of the table
 * over and over, and SO_SNDBUF is the least, so that nobody sees it writable until they are read.
 * Anything else that comes instead is data. */
#define UNETNS_HELLO_CONNECT 1u
#define UNETNS_HOT_SAID 2560
#define UNETNS_HELLO_ACCEPT 2u /* accept(2): the socket is that connection from now on */

/* In front of a datagram: where it goes. By the mark, which the head of the table tells, it is
 * known among datagrams without. */
struct unetns_hot_name {
  uint8_t mark[16];
  uint64_t peer;
};

struct unetns_hot_head {
  uint64_t magic;
  uint32_t plain_paths; /* nothing is mounted outside of /run, /proc, /sys and /dev */
  uint32_t births;      /* changes before any descriptor names a new socket */
  uint8_t mark[16];     /* random */
  uint32_t moves;       /* changes when marks may have become wrong */
  uint32_t failures;    /* changes when a CONNECT has failed at once */
  uint32_t unused[6];
};

static inline uint32_t unetns_hot_hash(uint64_t inode) {
  return (uint32_t)((inode * 0x9e3779b97f4a7c15ULL) >> (64 - UNETNS_HOT_BITS));
}

#endif /* UNETNS_PRELOAD_HOT_LAYOUT_H_ */
