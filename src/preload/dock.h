/* Sockets that are made natively: UNIX sockets, which are connected to the supervisor's dock. */
#ifndef UNETNS_PRELOAD_DOCK_H_
#define UNETNS_PRELOAD_DOCK_H_

#include "preload/hot_table.h"

#pragma GCC visibility push(hidden)

/* What sockets of this process are to be marked with; 0: none may be made. Asks now and then. */
int unetns_mark(const struct unetns_hot_head* t);

/* Connects the socket that is told about, which fits for that. 0; or, negative, the error: it is
 * not connected then. */
int unetns_dock(const struct unetns_hot_hello* hello);

/* Whether the dock can be reached, as far as is known: not by a program that has changed its root.
 */
int unetns_can_dock(void);

/* A descriptor names a socket that was made here, and bears the mark; 0: it is connected. */
void unetns_made_here(int fd, uint64_t inode, int mark);
/* Whether it does still; its inode. 0: no. */
uint64_t unetns_is_fresh(int fd, int* mark);
uint64_t unetns_is_joined(int fd);

/* setsockopt(2) of level SOL_SOCKET on what the kernel has; 0 or a negative error. */
long unetns_set(int fd, int option, const void* value, size_t size);

/* Tells a wish by the channel of the process; whether that was possible. */
int unetns_wish(const struct unetns_hot_wish* wish);

#pragma GCC visibility pop

#endif /* UNETNS_PRELOAD_DOCK_H_ */
