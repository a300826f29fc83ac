#include "runtime/tun_device_file.h"

#include <sys/socket.h>

namespace unetns {
namespace {
constexpr size_t kMaxFrame = 65535 + 64;
constexpr int kBatch = 64;
}  // namespace

TunDeviceFile::TunDeviceFile(FileTable& table, std::unique_ptr<TunFile> file)
    : table_(table), file_(std::move(file)) {
  file_->on_readable = [this] { table_.mark_dirty(*this); };
}

TunDeviceFile::~TunDeviceFile() { file_->on_readable = nullptr; }

void TunDeviceFile::push() {
  for (;;) {
    if (!waiting_) {
      auto frame = file_->read();
      if (!frame) return;
      waiting_ = std::move(*frame);
    }
    if (send(our_end(), waiting_->data(), waiting_->size(), MSG_DONTWAIT | MSG_NOSIGNAL) < 0) {
      table_.want_write(*this, true);
      return;
    }
    waiting_.reset();
  }
}

bool TunDeviceFile::readable() {
  ByteVector frame(kMaxFrame);
  for (int i = 0; i < kBatch; i++) {
    const ssize_t n = recv(our_end(), frame.data(), frame.size(), MSG_DONTWAIT);
    if (n <= 0) return false;
    (void)file_->write(Bytes(frame).first(
        static_cast<size_t>(n)));  // the program can't be told any more: counted by the device
  }
  return true;
}

}  // namespace unetns
