// SocketFile: a Socket of the stack behind a program's descriptor.
//
// Datagrams that arrived are pushed into the program's end, so that read, recv, poll, select and
// epoll are native. Their addresses and ancillary facts stay here, in the same order. As a native
// read takes one away unseen, the two are matched by the bytes that SIOCOUTQ says are still queued:
// each datagram accounts for a known number.
#ifndef UNETNS_RUNTIME_SOCKET_FILE_H_
#define UNETNS_RUNTIME_SOCKET_FILE_H_

#include <poll.h>

#include <algorithm>
#include <deque>
#include <memory>
#include <optional>
#include <span>

#include "runtime/file_table.h"
#include "runtime/program_file.h"
#include "runtime/sole_source.h"
#include "runtime/taken_names.h"
#include "runtime/truesize.h"
#include "runtime/turns.h"
#include "socket/socket.h"

namespace unetns {

class SocketFile final : public ProgramFile, public SocketObserver {
 public:
  SocketFile(FileTable& table, TruesizeTable& sizes, std::unique_ptr<Socket> socket);
  ~SocketFile() override;

  Socket& sock() { return *socket_; }
  SocketFile* socket() override { return this; }
  Socket* stack_socket() override { return socket_.get(); }
  Turns* turns() override { return &turns_; }

  // The next datagram for a notified call on `ref`, in whose end pushed ones lie. EAGAIN: none.
  Result<Message> receive(const FileRef& ref, int flags);
  // A datagram whose delivery failed because the call was interrupted: it goes back.
  void give_back(Message message);
  // A call took so many bytes of a datagram: SO_PEEK_OFF moves on when it looked, back when it
  // read.
  void peeked(int flags, size_t taken, size_t whole);
  // For poll(2): takes away a token that stands for nothing any more. True: the pair shows what
  // there is.
  bool even_out(const FileRef& ref);
  bool holds_data() const {  // for the program, besides tokens
    return !returned_.empty() || (socket_->poll() & POLLIN) ||
           !std::ranges::all_of(pushed_, [](const Pushed& p) { return p.token; });
  }
  // Of the first datagram, when it has left the stack; none for sockets that can't say it.
  std::optional<size_t> next_size();
  void push() override;
  // Sends what the program wrote natively. Called before any notified call looks at the socket.
  bool readable() override;
  void socket_event(Socket&) override;
  void heat() override;
  // A send, to `name` or without an address, went well: the next may be native, until cool().
  void sent_well(size_t bytes, Bytes name);
  void cool();
  // From whom a datagram came that a native read took: unetns_hot_peer(); 0: not known.
  uint64_t name_of_taken(Bytes read);
  Unread unread() override;
  uint32_t unread_charge(bool exactly) override;

 private:
  struct Pushed {
    Message facts;       // data empty
    uint32_t size;       // of the datagram
    uint32_t truesize;   // accounted by SIOCOUTQ
    ByteVector data{};   // for taken_
    bool token = false;  // stands for an error or an error-queue entry: there only to wake pollers
  };
  void sent_well_to(Bytes name, uint32_t bytes);
  void send_native(Bytes datagram);
  void heard();
  void tell_source(std::span<const Message> next);
  void match();  // forgets what native reads took
  Pushed pop_pushed();
  Result<Message> peek_behind(int end, int offset);  // SO_PEEK_OFF
  // A socket with a ring: a token lies in the program's end while there is something to read, so
  // that it can be polled. What the program takes from the ring it takes unseen: the ring is looked
  // at again and again until it is empty, then the token is taken away.
  void show_ring();
  void watch_ring();
  bool push_one(Bytes data, Pushed entry);
  void note_pushed(Pushed entry);
  bool take_next(Message& out, bool first);

  FileTable& table_;
  TruesizeTable& sizes_;
  std::unique_ptr<Socket> socket_;
  std::deque<Pushed> pushed_;
  uint64_t pushed_truesize_ = 0;
  Turns turns_;  // while they are taken, sends are notified
  SoleSource source_;
  TakenNames taken_;       // once there was a sole source
  uint64_t peer_ = 0;      // unetns_hot_peer() of whom datagrams were sent to last by name
  uint32_t sendable_ = 0;  // bytes that a native send may have: as many as went well
  uint32_t charge_ = 0;  // of SO_RCVBUF: all messages here, and those that native reads took unseen
  std::unique_ptr<Timer> ring_timer_;
  Nanos ring_period_{};
  std::deque<Message> returned_;  // taken from the stack: found no room, or could not be delivered
};

}  // namespace unetns

#endif  // UNETNS_RUNTIME_SOCKET_FILE_H_
