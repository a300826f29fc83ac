// Channel: by which the accelerator of a process tells us what needs no answer (a unetns_hot_wish
// of preload/hot_layout.h).
#ifndef UNETNS_RUNTIME_CHANNEL_H_
#define UNETNS_RUNTIME_CHANNEL_H_

#include "preload/hot_layout.h"
#include "runtime/dock.h"
#include "runtime/program_file.h"

namespace unetns {

class Channel final : public ProgramFile {
 public:
  Channel(Supervisor& supervisor, pid_t tgid) : s_(supervisor), tgid_(tgid) {}
  bool readable() override;

 private:
  void serve(const unetns_hot_wish& wish);

  Supervisor& s_;
  pid_t tgid_;
};

// prctl(UNETNS_CHANNEL_OPTION).
Outcome open_channel(Supervisor& s, Thread& t, const Call& c);

}  // namespace unetns

#endif  // UNETNS_RUNTIME_CHANNEL_H_
