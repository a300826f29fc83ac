// EventLoop: waits for file descriptors, timers and tasks, and runs them to completion on one
// thread.
//
// Level-triggered epoll(7). Nothing is allocated per event. A callback may add, modify or remove
// any descriptor, its own included, and destroy what it captured through remove(): an event already
// fetched for a removed descriptor is never delivered, even if the number was added again
// meanwhile.
#ifndef UNETNS_HOST_EVENT_LOOP_H_
#define UNETNS_HOST_EVENT_LOOP_H_

#include <poll.h>
#include <sys/epoll.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "base/result.h"
#include "env/tasks.h"
#include "env/timers.h"
#include "host/unique_fd.h"

namespace unetns {

class EventLoop {
 public:
  using Callback = std::function<void(uint32_t events)>;

  EventLoop();
  ~EventLoop();
  EventLoop(const EventLoop&) = delete;
  EventLoop& operator=(const EventLoop&) = delete;

  // `events`: EPOLLIN, EPOLLOUT…; EPOLLERR and EPOLLHUP always come. The descriptor is borrowed:
  // remove() it before closing. EEXIST when it is there already; the error of epoll_create1(2) or
  // epoll_ctl(2) else.
  Result<void> add(int fd, uint32_t events, Callback callback);
  // The same for EPOLLIN on a descriptor whose waker hands over its CPU (a seccomp listener): it is
  // waited for by poll(2), since epoll forgets such hints. Its events come after all others of a
  // turn. Once there is one, timers must count by CLOCK_MONOTONIC.
  Result<void> add_direct(int fd, Callback callback);
  void modify(int fd, uint32_t events);
  void remove(int fd);  // does nothing when it isn't there
  // The same for a descriptor that is closed before the next turn, and of which no copy exists.
  void remove_closing(int fd);
  size_t size() const { return live_; }
  // Whether, in the present turn, nothing had come to any descriptor of add() when those of
  // add_direct() were looked at.
  bool quiet() const { return quiet_; }

  // Runs what is due; when nothing was, sleeps until an event, the next timer or max_wait (nullopt:
  // no bound). Then runs the events that came, due timers and pending tasks until there are none
  // left. Returns how many events were delivered. A signal ends the sleep.
  size_t run_once(TimerQueue& timers, TaskQueue& tasks, std::optional<Nanos> max_wait);

 private:
  struct Watch {
    Callback callback;
    uint32_t generation = 0;
    bool live = false;
    bool direct = false;
  };
  static constexpr int kBatch = 64;
  static constexpr uint32_t kJoinAfter = 64;

  // Whether anything ran.
  static bool settle(TimerQueue& timers, TaskQueue& tasks);
  int wait(epoll_event* out, std::optional<Nanos> timeout, const TimerQueue& timers);
  // Sees to it that a wait ends at the deadline, or before. False: it can't.
  bool set_alarm(Nanos deadline);
  int wait_epoll(epoll_event* out, std::optional<Nanos> timeout);
  size_t dispatch(const epoll_event* events, int count);
  size_t dispatch_direct();
  // While nothing comes to those of add_direct() they are in epoll_ too, and a wait is one call
  // instead of two. The first event there only ends that.
  void join_direct();
  void part_direct();
  void bury_removed();
  Watch* watch_of(int fd) const;
  void forget(int fd);

  UniqueFd epoll_;
  int error_ = 0;        // of epoll_create1
  bool precise_ = true;  // epoll_pwait2 is there
  uint32_t next_generation_ = 1;
  size_t live_ = 0;
  bool dispatching_ = false;
  bool quiet_ = false;
  // A timerfd(2) that ends waits for descriptors of add_direct() at the next deadline. It stays set
  // when that moves: to set and take back a timer is two exits of a virtual machine, at each call
  // if it were the timeout of poll(2).
  UniqueFd alarm_;
  std::optional<Nanos> alarm_at_;
  std::vector<std::unique_ptr<Watch>> watches_;  // by descriptor
  std::vector<pollfd> direct_;                   // those of add_direct, then epoll_ itself
  uint32_t turns_without_direct_ = 0;
  bool joined_ = false;
  std::vector<std::unique_ptr<Watch>>
      removed_;  // during dispatch: a running callback outlives its removal
};

}  // namespace unetns

#endif  // UNETNS_HOST_EVENT_LOOP_H_
