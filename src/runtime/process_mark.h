// The mark by which a process of a run is known, and its namespace: see ProcessTable.
#ifndef UNETNS_RUNTIME_PROCESS_MARK_H_
#define UNETNS_RUNTIME_PROCESS_MARK_H_

#include <sys/types.h>

#include <cstdint>
#include <optional>

namespace unetns {

// Marks of different supervisors don't mix: two runs of one user don't take each other's processes.
bool write_mark(pid_t supervisor, pid_t pid, uint64_t net_id);
std::optional<uint64_t> read_mark(pid_t supervisor, pid_t pid);
// Whether this process bears the mark of any supervisor: it runs inside a machine.
bool is_marked();

// A second mark, for who the process is (CredsTable): how far its soft RLIMIT_MSGQUEUE lies below
// the hard one. Nothing is changed for number 0. Numbers stay below CredsTable::kMax.
bool write_creds_mark(pid_t pid, uint32_t number);
uint32_t read_creds_mark(pid_t pid);

// A mark on single threads, inherited by those that they make and kept over exec(2): an I/O
// priority that says what none means too, best effort at level 4. A thread that has one of its own
// stays without.
bool mark_thread(pid_t tid);
bool is_thread_marked(pid_t tid);
void unmark_thread(pid_t tid);

}  // namespace unetns

#endif  // UNETNS_RUNTIME_PROCESS_MARK_H_
