// Memory that a packet socket shares with the program that maps it.
#ifndef UNETNS_SOCKET_PACKET_RING_MEMORY_H_
#define UNETNS_SOCKET_PACKET_RING_MEMORY_H_

#include <memory>

#include "base/bytes.h"
#include "base/result.h"

namespace unetns {

class RingMemory {
 public:
  virtual ~RingMemory() = default;
  virtual MutableBytes bytes() = 0;  // zeroed at first; the program may change them at any time
  virtual int descriptor() const { return -1; }  // what can be mapped, where there is such a thing
};

class RingMemorySource {
 public:
  virtual ~RingMemorySource() = default;
  virtual Result<std::unique_ptr<RingMemory>> allocate(size_t size) = 0;  // ENOMEM
};

}  // namespace unetns

#endif  // UNETNS_SOCKET_PACKET_RING_MEMORY_H_
