// Capture: frames of devices written to a file that tcpdump(8) and Wireshark read.
//
// pcapng (draft-ietf-opsawg-pcapng) keeps the devices apart, says which way a frame went, and has
// room for devices with and without Ethernet headers; pcap (draft-ietf-opsawg-pcap, with
// nanoseconds) is for tools that know nothing else. A frame that was sent over a veth or a Wire is
// seen twice when both ends are captured. Times are World::wall_time(), so captures of a simulation
// are the same byte for byte in each run.
//
// The file is complete when the Capture is destroyed, or after flush(). Writing stops for good at
// the first error, which flush() gives.
#ifndef UNETNS_CAPTURE_H_
#define UNETNS_CAPTURE_H_

#include <memory>
#include <string>

#include "unetns/device.h"
#include "unetns/machine.h"

namespace unetns {

enum class CaptureFormat : uint8_t { kPcapng, kPcap };

class Capture {
 public:
  // Creates or empties the file. The error of open(2) or write(2).
  static Result<Capture> to_file(const std::string& path,
                                 CaptureFormat format = CaptureFormat::kPcapng);
  Capture(Capture&&) noexcept;
  Capture& operator=(Capture&&) noexcept;
  ~Capture();

  // From now on. ENODEV; EINVAL: a pcap file has frames of one kind only, with or without Ethernet
  // header, and the first device decides.
  Result<void> add(const Device& device);
  // Every device of a machine, those to come included.
  Result<void> add_all(const Machine& machine);

  uint64_t frames() const;  // captured so far
  Result<void> flush();

 private:
  struct State;
  explicit Capture(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace unetns

#endif  // UNETNS_CAPTURE_H_
