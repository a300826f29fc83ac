#include "host/event_loop.h"

#include <sys/timerfd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "env/timespec.h"

namespace unetns {
namespace {

uint64_t key(int fd, uint32_t generation) {
  return uint64_t{generation} << 32 | static_cast<uint32_t>(fd);
}

}  // namespace

EventLoop::EventLoop() : epoll_(::epoll_create1(EPOLL_CLOEXEC)) {
  if (!epoll_) error_ = errno;
}
EventLoop::~EventLoop() = default;

Result<void> EventLoop::add(int fd, uint32_t events, Callback callback) {
  if (error_) return fail(error_);
  if (fd < 0) return fail(EBADF);
  const auto index = static_cast<size_t>(fd);
  if (index < watches_.size() && watches_[index]) return fail(EEXIST);
  auto watch = std::make_unique<Watch>();
  watch->callback = std::move(callback);
  watch->generation = next_generation_++;
  watch->live = true;
  epoll_event event{};
  event.events = events;
  event.data.u64 = key(fd, watch->generation);
  if (::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event) < 0) return fail(errno);
  if (index >= watches_.size()) watches_.resize(index + 1);
  watches_[index] = std::move(watch);
  ++live_;
  return {};
}

Result<void> EventLoop::add_direct(int fd, Callback callback) {
  if (error_) return fail(error_);
  if (fd < 0) return fail(EBADF);
  const auto index = static_cast<size_t>(fd);
  if (watch_of(fd)) return fail(EEXIST);
  auto watch = std::make_unique<Watch>();
  watch->callback = std::move(callback);
  watch->generation = next_generation_++;
  watch->live = watch->direct = true;
  if (index >= watches_.size()) watches_.resize(index + 1);
  watches_[index] = std::move(watch);
  // The last one is epoll_ itself: what came to its descriptors before an event of ours is seen
  // with that event, since poll(2) looks at them in this order.
  part_direct();
  if (direct_.empty()) direct_.push_back({epoll_.get(), POLLIN, 0});
  direct_.insert(direct_.end() - 1, {fd, POLLIN, 0});
  ++live_;
  return {};
}

EventLoop::Watch* EventLoop::watch_of(int fd) const {
  const auto index = static_cast<size_t>(fd);
  return fd < 0 || index >= watches_.size() ? nullptr : watches_[index].get();
}

void EventLoop::modify(int fd, uint32_t events) {
  const auto index = static_cast<size_t>(fd);
  if (!watch_of(fd) || watches_[index]->direct) return;
  epoll_event event{};
  event.events = events;
  event.data.u64 = key(fd, watches_[index]->generation);
  ::epoll_ctl(epoll_.get(), EPOLL_CTL_MOD, fd, &event);
}

void EventLoop::remove(int fd) {
  const Watch* watch = watch_of(fd);
  if (!watch) return;
  if (watch->direct) part_direct();
  if (watch->direct)
    std::erase_if(direct_, [fd](const pollfd& p) { return p.fd == fd; });
  else
    ::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, fd, nullptr);
  forget(fd);
}

void EventLoop::remove_closing(int fd) {
  const Watch* watch = watch_of(fd);
  if (watch && watch->direct)
    remove(fd);
  else if (watch)
    forget(fd);
}

void EventLoop::forget(int fd) {
  std::unique_ptr<Watch> watch = std::move(watches_[static_cast<size_t>(fd)]);
  watch->live = false;
  --live_;
  if (dispatching_) removed_.push_back(std::move(watch));
}

bool EventLoop::settle(TimerQueue& timers, TaskQueue& tasks) {
  // Bounded, so that a task that posts itself again cannot shut out the descriptors.
  for (int round = 0; round < 64; ++round)
    if (tasks.run_pending() + timers.run_due() == 0) return round > 0;
  return true;
}

bool EventLoop::set_alarm(Nanos deadline) {
  if (alarm_at_ && *alarm_at_ <= deadline) return true;
  if (!alarm_) {
    UniqueFd fd(::timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC));
    if (!fd) return false;
    epoll_event event{};
    event.events = EPOLLIN | EPOLLET;  // it is never read
    event.data.u64 = key(fd.get(), 0);
    if (::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd.get(), &event) < 0) return false;
    alarm_ = std::move(fd);
  }
  const itimerspec at{{}, to_timespec(deadline)};
  if (::timerfd_settime(alarm_.get(), TFD_TIMER_ABSTIME, &at, nullptr) < 0) return false;
  alarm_at_ = deadline;
  return true;
}

int EventLoop::wait(epoll_event* out, std::optional<Nanos> timeout, const TimerQueue& timers) {
  quiet_ = false;
  const bool direct = direct_.size() > 1;
  if (const auto next = timers.next_deadline(); next && (!timeout || *timeout > Nanos::zero())) {
    const Nanos left = std::max(*next - timers.clock().monotonic(), Nanos::zero());
    if ((!timeout || left < *timeout) && !(direct && left > Nanos::zero() && set_alarm(*next)))
      timeout = left;
  }
  if (!direct || joined_) return wait_epoll(out, timeout);
  const timespec ts = to_timespec(timeout.value_or(Nanos::zero()));
  if (::ppoll(direct_.data(), direct_.size(), timeout ? &ts : nullptr, nullptr) <= 0) {
    for (pollfd& p : direct_) p.revents = 0;
    return 0;
  }
  quiet_ = direct_.back().revents == 0;
  if (quiet_) {
    turns_without_direct_ = 0;
    return 0;
  }
  const bool none = std::all_of(direct_.begin(), direct_.end() - 1,
                                [](const pollfd& p) { return p.revents == 0; });
  turns_without_direct_ = none ? turns_without_direct_ + 1 : 0;
  if (turns_without_direct_ >= kJoinAfter) join_direct();
  return wait_epoll(out, Nanos::zero());
}

void EventLoop::join_direct() {
  joined_ = true;
  for (auto p = direct_.begin(); p != direct_.end() - 1; ++p) {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.u64 = key(p->fd, watch_of(p->fd)->generation);
    if (::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, p->fd, &event) < 0) return part_direct();
  }
}

void EventLoop::part_direct() {
  turns_without_direct_ = 0;
  if (!std::exchange(joined_, false)) return;
  for (auto p = direct_.begin(); p != direct_.end() - 1; ++p)
    ::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, p->fd, nullptr);
}

int EventLoop::wait_epoll(epoll_event* out, std::optional<Nanos> timeout) {
  if (precise_) {
    const timespec ts = to_timespec(timeout.value_or(Nanos::zero()));
    const int n = ::epoll_pwait2(epoll_.get(), out, kBatch, timeout ? &ts : nullptr, nullptr);
    // EPERM: a seccomp profile older than the call.
    if (n >= 0 || (errno != ENOSYS && errno != EPERM)) return n;
    precise_ = false;
  }
  int ms = -1;
  if (timeout)  // rounded up: waking early would spin until the timer is due
    ms = static_cast<int>(std::min<int64_t>((timeout->count() + 999'999) / 1'000'000, 1 << 30));
  return ::epoll_wait(epoll_.get(), out, kBatch, ms);
}

void EventLoop::bury_removed() {
  dispatching_ = false;
  while (!removed_.empty()) {  // destroying a callback may remove further descriptors
    std::unique_ptr<Watch> last = std::move(removed_.back());
    removed_.pop_back();
  }
}

size_t EventLoop::dispatch(const epoll_event* events, int count) {
  size_t delivered = 0;
  dispatching_ = true;
  for (int i = 0; i < count; ++i) {
    const auto fd = static_cast<uint32_t>(events[i].data.u64);
    const auto generation = static_cast<uint32_t>(events[i].data.u64 >> 32);
    if (generation == 0) alarm_at_.reset();
    if (fd >= watches_.size()) continue;
    Watch* watch = watches_[fd].get();
    if (!watch || !watch->live || watch->generation != generation) continue;
    if (watch->direct) {  // comes after all others, so in the next turn
      part_direct();
      continue;
    }
    ++delivered;
    watch->callback(events[i].events);
  }
  bury_removed();
  return delivered;
}

size_t EventLoop::dispatch_direct() {
  size_t delivered = 0;
  for (size_t i = 0; i + 1 < direct_.size(); i++) {
    const pollfd p = direct_[i];
    direct_[i].revents = 0;
    Watch* watch = p.revents ? watch_of(p.fd) : nullptr;
    if (!watch) continue;
    dispatching_ = true;
    ++delivered;
    watch->callback(static_cast<uint32_t>(p.revents));
    bury_removed();
    if (direct_[i].fd != p.fd) i--;  // it removed itself
  }
  return delivered;
}

size_t EventLoop::run_once(TimerQueue& timers, TaskQueue& tasks, std::optional<Nanos> max_wait) {
  std::optional<Nanos> timeout = max_wait;
  // What ran may have left the caller something to do, which must not wait for the next event.
  if (settle(timers, tasks) || (timeout && *timeout < Nanos::zero())) timeout = Nanos::zero();
  epoll_event events[kBatch];
  const int n = wait(events, timeout, timers);
  size_t delivered = n > 0 ? dispatch(events, n) : 0;
  if (direct_.size() > 1) delivered += dispatch_direct();
  settle(timers, tasks);
  return delivered;
}

}  // namespace unetns
