// Work put off to just after the present event, off the caller's path (a work queue; never another
// thread).
#ifndef UNETNS_ENV_TASKS_H_
#define UNETNS_ENV_TASKS_H_

#include <cstddef>
#include <functional>
#include <vector>

namespace unetns {

class TaskQueue {
 public:
  void post(std::function<void()> task) { tasks_.push_back(std::move(task)); }
  bool empty() const { return tasks_.empty(); }
  // Runs what is queued now; what that posts waits for the next call. Returns how many ran.
  size_t run_pending() {
    std::vector<std::function<void()>> batch;
    batch.swap(tasks_);
    for (auto& t : batch) t();
    return batch.size();
  }

 private:
  std::vector<std::function<void()>> tasks_;
};

}  // namespace unetns

#endif  // UNETNS_ENV_TASKS_H_
