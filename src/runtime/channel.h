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
  explicit Channel(Supervisor& supervisor) : s_(supervisor) {}
  bool readable() override;

 private:
  void serve(const unetns_hot_wish& wish);

  Supervisor& s_;
};

// What a process has told so far, before a call of it.
void serve_channel(Supervisor& s, const Process& process);
// prctl(UNETNS_CHANNEL_OPTION).
Outcome open_channel(Supervisor& s, Thread& t, const Call& c);

}  // namespace unetns

#endif  // UNETNS_RUNTIME_CHANNEL_H_
