// FileTable: all descriptors that we made for programs, by the inode of the program's end.
#ifndef UNETNS_RUNTIME_FILE_TABLE_H_
#define UNETNS_RUNTIME_FILE_TABLE_H_

#include <absl/container/flat_hash_map.h>
#include <absl/container/flat_hash_set.h>

#include <functional>
#include <memory>
#include <vector>

#include "env/clock.h"
#include "host/event_loop.h"
#include "runtime/datagram_batch.h"
#include "runtime/hot_sockets.h"
#include "runtime/process_table.h"
#include "runtime/program_file.h"

namespace unetns {

class FileTable;

// A borrowed look at a program's descriptor.
struct FileRef {
  ProgramFile* file = nullptr;
  mutable UniqueFd borrowed;  // the program's end by pidfd_getfd; use end()
  int held = -1;
  mutable FileTable* lender = nullptr;  // of an end that nobody has asked for yet
  int end() const;                      // -1: can't be reached
};

class FileTable {
 public:
  // can_getfd: whether pidfd_getfd(2) works here. Else program ends are kept open by us and
  // closings are found by sweep().
  FileTable(EventLoop& loop, ProcessTable& processes, bool can_getfd)
      : loop_(loop), processes_(processes), can_getfd_(can_getfd) {}
  ~FileTable();

  // Makes the pair, registers the file, and returns the program's end, to be installed.
  // `reachable`: the file must be able to take back what lies in the program's end. A failure
  // leaves `file` with the caller.
  Result<UniqueFd> add(std::unique_ptr<ProgramFile>&& file, bool nonblock, bool reachable);
  // The same for a pair that is there already. It is not watched yet, and a failure ends the file.
  Result<ProgramFile*> adopt(std::unique_ptr<ProgramFile> file, UniqueFd our_end, uint64_t inode);
  Result<void> watch(ProgramFile& file);
  // A number in [kHighFirst, kHighEnd) that is free in the thread's table; -1: none.
  int free_high(Thread& thread);
  // What stands behind descriptor `fd` of a thread; file is null when it is none of ours.
  FileRef find(Thread& thread, int fd);
  // The same where the accelerator says what that is, who looks at its descriptors now and then. It
  // is believed when the file was seen there last.
  FileRef find_believing(Thread& thread, int fd, uint64_t inode);
  // The same for a call that waited for `file` until now: it goes on with that one, whatever its
  // descriptor is by now.
  FileRef again(ProgramFile& file, const Call& call);
  // A copy of the program's end, found by where it was seen last, else by looking at all programs:
  // then the places of all other files are known too.
  UniqueFd reach(ProgramFile& file);
  // Where the program's end is, when that is known from elsewhere than a call of find().
  static void seen(ProgramFile& file, const Thread& thread, int fd);
  // The same where it is known by number alone: whose that is, is asked when it matters.
  static void seen_by_maker(ProgramFile& file, int fd);
  // The same of an end that was just put there. Only where sweep() would look for it everywhere.
  void installed(int end, const Thread& thread, int fd);
  static bool still_there(ProgramFile& file);  // where it was seen last
  ProgramFile* by_inode(uint64_t inode);
  ProgramFile* found() { return found_ ? by_inode(found_) : nullptr; }
  // What find() found since the last time: a call may have changed what its program may do.
  void heat_found() {
    if (hot_.on() && found_)
      if (ProgramFile* f = by_inode(found_)) f->heat();
    found_ = 0;
  }
  // Whether a descriptor of ours may stay: some are kept for serving calls.
  bool has_room(int fd) const;
  // The error of a call about a socket that find() could not make known; 0: there is none.
  void refuse(int error) { refused_ = error; }
  int take_refusal() { return std::exchange(refused_, 0); }
  bool is_socket(Thread& thread, int fd);  // of any kind, native ones included
  void for_each(const std::function<void(ProgramFile&)>& fn) {
    for (auto& [inode, f] : files_) fn(*f);
  }
  std::function<void(ProgramFile&)> on_close;  // before a file goes
  // What stands behind a socket that find() does not know; `end`: a copy of it, -1: none.
  std::function<ProgramFile*(Thread&, int fd, int end, uint64_t inode)> on_unknown;

  void want_read(ProgramFile& file, bool on);
  void want_write(ProgramFile& file, bool on);  // stays on until it is put off
  // Both directions of the pair are shut, so our end has hung up for good: from now on it is told
  // when something changes, first of all at once.
  void watch_edges(ProgramFile& file);
  // Closes our end; with data in it unread the program sees a reset (unix(7)). The file stays, for
  // calls about it, until sweep() finds the program's end nowhere.
  void sever(ProgramFile& file);
  // Puts a new pair behind a severed file and returns the program's end of it.
  Result<UniqueFd> renew(ProgramFile& file, bool nonblock);
  // No more need to reach the program's end: where it was kept open here, closing it is told at
  // once again.
  void let_go(ProgramFile& file);
  void set_unsure(ProgramFile& file);                 // only a sweep can tell whether it is closed
  std::unique_ptr<ProgramFile> take(uint64_t inode);  // out of the table, without on_close
  void mark_dirty(ProgramFile& file);                 // serviced after the present event
  void look(ProgramFile& file);                       // whether it has hung up
  bool has_dirty() const { return !dirty_.empty(); }
  // readable() is not done with what it took, and is called again after the events of the next turn.
  void read_later(ProgramFile& file) {
    if (!std::exchange(file.later, true)) later_.push_back(file.inode());
  }
  bool any_later() const { return !later_.empty(); }
  void later_is_now();
  const std::vector<uint64_t>& dirty() const { return dirty_; }
  std::vector<uint64_t> take_dirty() { return std::exchange(dirty_, {}); }

  // Calls are parked with the file: it is among those of erase_waiting until `done` says true.
  void waits(const ProgramFile& file) { waiting_.insert(file.inode()); }
  bool any_waiting() const { return !waiting_.empty(); }
  void erase_waiting(const std::function<bool(ProgramFile&)>& done);

  // Closes files whose program end is in nobody's descriptor table any more, and which can't tell.
  // True: it found some of them nowhere, or could not look everywhere.
  bool sweep();
  // The same now and then: the less often, the longer it finds nothing.
  void sweep_sometimes();
  // A process has gone: if such a file was seen last in it, sweep before the next call is served,
  // unless the last such sweep was long and is not long ago.
  void process_gone(pid_t tgid);
  void before_call(const Clock& clock) {
    if (sweep_due_) sweep_now_or_later(clock);
  }
  // When an address is in use: what is found nowhere now is closed at once.
  void sweep_for_conflict() {
    if (sweep()) sweep();
  }
  // The same when it is likely to find something.
  void close_missing() {
    if (any_missing()) sweep_for_conflict();
  }
  // Whether sweep() could find anything.
  bool needs_sweeping() const { return !swept_.empty(); }
  bool can_getfd() const { return can_getfd_; }
  HotSockets& hot() { return hot_; }
  // Sockets whose pair shows pollers something else than Linux would, for now (sys_poll.cc).
  bool any_uneven() const { return !uneven_.empty(); }
  bool is_uneven(const ProgramFile& file) const { return uneven_.contains(file.inode()); }
  void set_uneven(const ProgramFile& file, bool on) {
    if (on)
      uneven_.insert(file.inode());
    else
      uneven_.erase(file.inode());
  }
  UniqueFd copy_of(const Thread& thread, int fd) const;  // any descriptor; none: it can't be had
  // Its connections are taken natively: look_for_lost_tokens().
  void lends(const ProgramFile& listener) { lenders_.insert(listener.inode()); }
  void look_for_lost_tokens();
  // Sends of it are native until something may change what becomes of them.
  void sends_natively(const ProgramFile& file) { senders_.insert(file.inode()); }
  void cool_senders();
  // Files that hold an answer, or did since the last release.
  void holds(const ProgramFile& file) { holding_.push_back(file.inode()); }
  size_t held() const { return holding_.size(); }  // some of them no longer
  bool any_held(const Clock& clock);  // after those that have waited long enough were released
  void release_held(Nanos until);     // since then nothing has come for them
  // For use until the next file is served.
  DatagramBatch& batch() { return batch_; }
  std::vector<Message>& outgoing() { return outgoing_; }
  size_t size() const { return files_.size(); }

 private:
  void event(uint64_t inode, uint32_t events);
  void close(uint64_t inode);
  static void find_maker(ProgramFile& file);
  bool any_missing();  // of those that sweep() is for, where they were seen last
  Result<UniqueFd> make_pair(ProgramFile& file, bool nonblock, bool held_here);
  static void join(ProgramFile& file, UniqueFd our_end, uint64_t inode);
  static uint32_t interest_of(const ProgramFile& file);
  void set_interest(ProgramFile& file);
  bool look_everywhere(const ProgramFile& wanted);               // false: it is nowhere
  UniqueFd end_at(const ProgramFile& file, pid_t tgid, int fd);  // if it is there
  void hold(ProgramFile& file, UniqueFd end);                    // both keep held_count_ and swept_
  void set_unsure_to(ProgramFile& file, bool on);
  void forget_end(ProgramFile& file);  // it is neither held nor unsure any more
  void sweep_now_or_later(const Clock& clock);

  EventLoop& loop_;
  ProcessTable& processes_;
  bool can_getfd_;
  size_t held_count_ = 0;
  absl::flat_hash_set<uint64_t> swept_;    // held or unsure: those that sweep() is for
  absl::flat_hash_set<uint64_t> waiting_;  // calls are, or were, parked with them
  uint32_t skipped_ = 0, to_skip_ = 0;     // of sweep_sometimes
  bool sweep_due_ = false;                 // since a process has gone
  Nanos not_before_{};                     // of such a sweep
  absl::flat_hash_map<uint64_t, std::unique_ptr<ProgramFile>> files_;
  std::vector<uint64_t> dirty_;
  std::vector<uint64_t> later_;
  std::vector<uint64_t> holding_;
  DatagramBatch batch_;
  HotSockets hot_;
  uint64_t found_ = 0;
  int refused_ = 0;
  absl::flat_hash_set<uint64_t> senders_;
  absl::flat_hash_set<uint64_t> uneven_;
  absl::flat_hash_set<uint64_t> lenders_;
  std::vector<Message> outgoing_;
};

}  // namespace unetns

#endif  // UNETNS_RUNTIME_FILE_TABLE_H_
