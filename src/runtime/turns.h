// Turns: whether a program and its peer take turns on a file (TurnTaking), and the answer to a send
// that is held while they do.
#ifndef UNETNS_RUNTIME_TURNS_H_
#define UNETNS_RUNTIME_TURNS_H_

#include "runtime/hot_sockets.h"
#include "runtime/turn_taking.h"

namespace unetns {

class Listener;

// Only where programs have the accelerator: the others ask for each datagram all the same.
class Turns {
 public:
  struct HeldAnswer {
    Listener* listener = nullptr;  // null: none
    uint64_t id = 0;
    int64_t value = 0;
    Nanos since{};
  };

  Turns(const HotSockets& hot, const Clock& clock) : hot_(hot), clock_(clock) {}
  Turns(const Turns&) = delete;
  ~Turns() { answer(); }

  void spoke();  // the program wrote something
  // Something went to the program, which is what a held answer waits for. True: whether turns are
  // taken has changed.
  bool heard();
  bool taken() const { return taking_.in_turns(); }
  void disappointed() { taking_.disappointed(); }

  // Whether it is time to see if the program waits at all: that changes rarely, if ever.
  bool due() { return looks_++ % 16 == 0; }
  void hold(HeldAnswer answer);
  void answer();  // what is held
  const HeldAnswer& held() const { return held_; }

 private:
  const HotSockets& hot_;
  const Clock& clock_;
  TurnTaking taking_;
  HeldAnswer held_;
  uint32_t looks_ = 0;
};

}  // namespace unetns

#endif  // UNETNS_RUNTIME_TURNS_H_
