// TunDeviceFile: an open /dev/net/tun of a program. Frames wait in the program's end, so that read
// and poll are native.
#ifndef UNETNS_RUNTIME_TUN_DEVICE_FILE_H_
#define UNETNS_RUNTIME_TUN_DEVICE_FILE_H_

#include <deque>
#include <memory>
#include <optional>

#include "link/tun_file.h"
#include "runtime/file_table.h"
#include "runtime/program_file.h"

namespace unetns {

class TunDeviceFile final : public ProgramFile {
 public:
  TunDeviceFile(FileTable& table, std::unique_ptr<TunFile> file);
  ~TunDeviceFile() override;
  TunDeviceFile* tun() override { return this; }
  TunFile& file() { return *file_; }
  void push() override;      // frames of the stack to the program, as far as there is room
  bool readable() override;  // frames of the program to the stack
  void settle();             // all that were written before a call about the device

 private:
  void gather();
  bool serve(size_t most);  // that many frames; whether there may be more

  FileTable& table_;
  std::unique_ptr<TunFile> file_;
  std::optional<ByteVector> waiting_;
  std::deque<ByteVector> written_;  // by the program, and not yet the stack's
  size_t ahead_ = 0;                // bytes of these
};

}  // namespace unetns

#endif  // UNETNS_RUNTIME_TUN_DEVICE_FILE_H_
