// FileTable: all descriptors that we made for programs, by the inode of the program's end.
#ifndef UNETNS_RUNTIME_FILE_TABLE_H_
#define UNETNS_RUNTIME_FILE_TABLE_H_

#include <absl/container/flat_hash_map.h>

#include <functional>
#include <memory>
#include <vector>

#include "host/event_loop.h"
#include "runtime/process_table.h"
#include "runtime/program_file.h"

namespace unetns {

// A borrowed look at a program's descriptor.
struct FileRef {
  ProgramFile* file = nullptr;
  UniqueFd borrowed;  // the program's end by pidfd_getfd; use end()
  int held = -1;
  int end() const { return borrowed ? borrowed.get() : held; }  // -1: can't be reached
};

class FileTable {
 public:
  // can_getfd: whether pidfd_getfd(2) works here. Else program ends are kept open by us and
  // closings are found by sweep().
  FileTable(EventLoop& loop, ProcessTable& processes, bool can_getfd)
      : loop_(loop), processes_(processes), can_getfd_(can_getfd) {}
  ~FileTable();

  // Makes the pair, registers the file, and returns the program's end, to be installed.
  // `reachable`: the file must be able to take back what lies in the program's end.
  Result<UniqueFd> add(std::unique_ptr<ProgramFile> file, bool nonblock, bool reachable);
  // What stands behind descriptor `fd` of a thread; file is null when it is none of ours.
  FileRef find(Thread& thread, int fd);
  ProgramFile* by_inode(uint64_t inode);
  bool is_socket(Thread& thread, int fd);  // of any kind, native ones included
  void for_each(const std::function<void(ProgramFile&)>& fn) {
    for (auto& [inode, f] : files_) fn(*f);
  }
  std::function<void(ProgramFile&)> on_close;  // before a file goes

  void want_write(ProgramFile& file, bool on);
  void mark_dirty(ProgramFile& file);  // serviced after the present event
  bool has_dirty() const { return !dirty_.empty(); }
  std::vector<uint64_t> take_dirty() { return std::exchange(dirty_, {}); }

  // Without pidfd_getfd: closes files whose program end is in nobody's descriptor table any more.
  void sweep();
  // A process has gone: sweep before the next call is served.
  void process_gone() { sweep_due_ = held_count_ > 0; }
  void before_call() {
    if (std::exchange(sweep_due_, false)) sweep_for_conflict();
  }
  // When an address is in use: what is found nowhere now is closed at once.
  void sweep_for_conflict() {
    sweep();
    sweep();
  }
  // Whether sweep() could find anything.
  bool needs_sweeping() const { return held_count_ > 0; }
  bool can_getfd() const { return can_getfd_; }
  size_t size() const { return files_.size(); }

 private:
  void event(uint64_t inode, uint32_t events);
  void close(uint64_t inode);

  EventLoop& loop_;
  ProcessTable& processes_;
  bool can_getfd_;
  size_t held_count_ = 0;
  bool sweep_due_ = false;
  absl::flat_hash_map<uint64_t, std::unique_ptr<ProgramFile>> files_;
  std::vector<uint64_t> dirty_;
};

}  // namespace unetns

#endif  // UNETNS_RUNTIME_FILE_TABLE_H_
