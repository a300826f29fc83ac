// Opening what lies in a Place: descriptors of our own making.
#ifndef UNETNS_RUNTIME_VIRTUAL_OPEN_H_
#define UNETNS_RUNTIME_VIRTUAL_OPEN_H_

#include "runtime/outcome.h"
#include "runtime/place.h"
#include "runtime/supervisor.h"

namespace unetns {

// open(2) of a place that is not native. `flags`: O_*, `mode` of a file to be created.
Outcome open_place(Supervisor& s, Thread& t, const Place& place, int flags, unsigned mode);

}  // namespace unetns

#endif  // UNETNS_RUNTIME_VIRTUAL_OPEN_H_
