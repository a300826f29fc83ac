/* The accelerator, which is preloaded into dynamic programs on request: recv(2) and send(2) on
 * sockets that are well (messages.c), and open(2) and stat(2) of files that are none of
 * ours (paths.c) go to the kernel without asking the supervisor. Everything else takes the usual
 * way. What may go so stands in a table of the supervisor's (hot_layout.h), which is looked at
 * here. */
#ifndef UNETNS_PRELOAD_HOT_TABLE_H_
#define UNETNS_PRELOAD_HOT_TABLE_H_

#include <stddef.h>
#include <stdint.h>

#include <sys/un.h>

#include "preload/hot_layout.h"

#pragma GCC visibility push(hidden) /* programs must not find these names */

/* Null: there is none. */
const struct unetns_hot_head* unetns_table(void);

/* What stands in the table about a descriptor; flags 0: nothing. */
struct unetns_hot_slot unetns_slot_of(int fd);

/* A descriptor was copied: what was known of its number may be wrong. */
void unetns_copied(void);
/* This one names a new socket. */
void unetns_learn(int fd, uint64_t inode);

/* Where the supervisor's dock is; with a table only. */
const struct sockaddr_un* unetns_dock_name(void);

#pragma GCC visibility pop

#endif /* UNETNS_PRELOAD_HOT_TABLE_H_ */
