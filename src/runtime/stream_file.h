// StreamFile: a StreamSocket of the stack behind a program's descriptor, which is one end of an
// AF_UNIX SOCK_STREAM pair. What the program writes is taken from our end into packets, what the
// stack received is written there; so read, write, send, recv, poll, epoll, sendfile and splice are
// the kernel's.
//
// What the pair can't say of itself is staged:
//   end of file      our end is shut for writing
//   reset, failure   our end is closed with something unread in it (unix(7): ECONNRESET, POLLERR)
//   not yet writable the program's end is filled up through itself ("filler"), taken back later
//   may be accepted  a byte for each connection lies in the program's end ("token"); where the
//                    accelerator accepts natively, one that says which (unetns_hot_token)
#ifndef UNETNS_RUNTIME_STREAM_FILE_H_
#define UNETNS_RUNTIME_STREAM_FILE_H_

#include <array>
#include <deque>
#include <memory>

#include "runtime/file_table.h"
#include "runtime/program_file.h"
#include "runtime/turns.h"
#include "socket/stream_socket.h"

namespace unetns {

class StreamFile final : public ProgramFile, public SocketObserver {
 public:
  StreamFile(FileTable& table, PacketPool& packets, std::unique_ptr<StreamSocket> socket);
  ~StreamFile() override;  // closes the socket, after what the program wrote

  StreamSocket& sock() { return *socket_; }
  int pair_type() const override { return SOCK_STREAM; }
  StreamFile* stream() override { return this; }
  Socket* stack_socket() override { return socket_.get(); }
  void socket_event(Socket&) override {
    heat();
    table_.mark_dirty(*this);
  }
  void heat() override;
  Turns* turns() override { return &turns_; }
  Unread unread() override;

  bool readable() override;
  void push() override;
  bool hung_up() override;
  // Takes all that the program has written, whether or not there is room. Before calls for which
  // the order counts.
  void drain();

  // ---- connecting
  // A connect() began: until it is over, by what the program may see as `blocking` or not. `end`:
  // the program's end, -1 when it can't be reached.
  void connect_began(int end, bool blocking);
  // Who waited for it does not any more: by a signal, or SO_SNDTIMEO.
  void connect_left(int end);
  // A non-blocking connect() was over at once: its outcome is seen by polling.
  void connected_at_once(int end);
  void failed_at_once(int err);
  void connect_over();           // a parked call has the outcome
  void connected_late(int end);  // StreamSocket::is_late()
  bool severed() const { return our_end() < 0; }
  // The pair shows what can't be taken back: whoever connects or listens needs another one.
  bool spent() const { return severed() || spent_; }
  // Since it was made, or taken apart. Linux says POLLHUP of it, its pair can't.
  bool unjoined() const {
    return socket_->state() == StreamState::kFresh && (apart_ || (!severed() && !socket_->error()));
  }
  Result<UniqueFd> renew(bool nonblock);
  // connect() to AF_UNSPEC, after which a new pair took the place of the old one.
  void taken_apart();
  // Nobody has connected it since.
  bool is_apart() const { return apart_; }
  bool outstanding = false;   // a connect() said EINPROGRESS, and none has told the outcome
  bool owes_success = false;  // a connect() that said EINPROGRESS was done: the next one says so

  // ---- accepting
  void listening(int end);
  // The next connection; EAGAIN: none. `end`: to take its token from.
  Result<std::unique_ptr<StreamSocket>> accept(int end);
  // What could not be installed is the next one again.
  void give_back(std::unique_ptr<StreamSocket> connection, int end);
  // From now on a token says of which connection it is, and the program may take it natively.
  bool accept_natively(int end);
  // The connection of such a token that was taken; null: there is none.
  std::unique_ptr<StreamSocket> claim(uint64_t token);
  // A program that had taken it can't accept. False: there is none.
  bool return_token(uint64_t token, int end);
  // Tokens may be gone with a program that had taken them.
  void look_for_lost_tokens();
  std::unique_ptr<StreamSocket> release();  // the socket, when the file is not to be

  // Gives the program also what SO_RCVLOWAT holds back.
  void push_all() {
    if (!severed() && open()) push_data(true);
  }
  // After the stack's shutdown(): what reads, writes and polls of the program show of it.
  void shut(int how);
  bool read_shut() const { return read_shut_; }
  bool ended() const { return no_more_writes_; }  // nothing more comes into the program's end
  bool drained() const;                           // and native reads have taken all there was
  bool nothing_to_read() const;  // lies in the program's end; more may be on its way there
  // After shutdown(2) for reading, when nothing is left in the program's end: what is next, at most
  // `most` bytes, which stays until it is consumed.
  ByteVector after_end(size_t most) const;
  void consume_after_end(size_t n);
  // Data flow plainly, and what the program has written lies with the stack: a notified call may
  // move them past the pair.
  bool plain() const {
    return !severed() && socket_->state() == StreamState::kConnected && !socket_->is_late() &&
           connect_ == Connect::kNone && !read_shut_ && !small_ && !outstanding && urgent_ < 0;
  }
  // What comes next when the program's end is drained, past the pair; null: nothing, or the urgent
  // byte.
  Packet take_next(size_t most);
  void give_back(Packet data);  // just taken, and not delivered
  // SO_ERROR: also clears what the program's end holds.
  int take_error(int end);
  // Bytes that the program wrote and the stack has not seen.
  size_t unseen() const;
  // Buffers of a pair's end for bulk data.
  static void widen(int fd);
  // Without a connection a native read would wait for ever: it ends with EAGAIN then.
  void wait_for_data(int end, bool on) const;
  // A program's end whose buffer is lowered is at hand.
  bool wants_end() const { return small_ && connect_ == Connect::kNone && !listening_; }
  void at_hand(int end) {
    if (wants_end()) restore_room(end);
  }

  // Its program called connect(), and went on as if it were in progress; the pair is as
  // UNETNS_HELLO_CONNECT says. False: it failed at once.
  bool connect_told(const Caller& caller, Bytes name);

 private:
  static constexpr size_t kPieces = 32;  // packets in one write to the program

  enum class Connect : uint8_t { kNone, kBlocking, kPolled };

  bool open() const;  // data may flow
  size_t take(size_t most);
  void push_now();
  void settle_connect();
  void note_late();
  void unfill(int end);
  size_t skip_filler(Bytes read);  // how much of it is that
  void fill(int end);
  void drop_early();
  void touch_own(int end);  // a byte through the program's end, to be taken back
  void restore_room(int end);
  struct Accepting {
    struct Lent {
      uint64_t token;
      std::unique_ptr<StreamSocket> connection;
      Nanos since;
    };
    std::deque<Lent> lent;  // taken from the stack: tokens lie in the pair, or a program has them
    std::deque<std::unique_ptr<StreamSocket>> returned;  // the same, but there is no token
    size_t bytes = 0;                                    // tokens that say nothing
    uint64_t last_token = 0;
    int each = 0;          // what a token takes of our end's buffer
    bool telling = false;  // tokens that say of which connection they are
  };
  Accepting& accepting();
  size_t to_accept() const;  // without those that are lent
  uint32_t listener_heat() const;
  Result<std::unique_ptr<StreamSocket>> next_accepted();
  void offer_accepted();
  void lend_accepted();
  void take_back();  // all that is lent
  void drop_accepted();
  bool push_data(bool all = false);
  bool fetch(bool all);
  bool push_urgent();
  void drop_pending();
  void consume_pending(size_t n);  // of its front
  void finish();
  void fail_visibly();
  void note_shut(bool reading, bool writing);
  void stop_listening();

  FileTable& table_;
  PacketPool& packets_;
  std::unique_ptr<StreamSocket> socket_;
  Turns turns_;
  // Taken from the stack, not yet written to the program: pending_[first_ .. count_), and how much
  // of the first is written.
  std::array<Packet, kPieces> pending_;
  size_t first_ = 0, count_ = 0, written_ = 0, pending_bytes_ = 0;
  bool past_mark_ = false;  // the urgent byte at the mark where reading stands was dealt with
  int urgent_ = -1;         // an urgent byte that found no room

  std::unique_ptr<Accepting> accepting_;  // of a listener
  bool told_ = false;                     // see connect_told()
  uint32_t published_ = 0;                // by heat()
  size_t filler_ = 0;                     // bytes at the front of our end that are no data
  Connect connect_ = Connect::kNone;
  bool small_ = false;  // SO_SNDBUF of the program's end is lowered
  bool listening_ = false;
  bool spent_ = false;  // it was a listener's
  bool apart_ = false;
  bool widened_ = false;                 // our end has room for bulk data: once it was full
  bool no_more_reads_ = false;           // our end is shut for reading
  bool saw_end_ = false;                 // and all before it read; or the program's end is closed
  bool no_more_writes_ = false;          // our end is shut for writing
  bool read_shut_ = false;               // by the program
  bool edges_ = false, primed_ = false;  // FileTable::watch_edges
  bool closed_unread_ = false;           // the program closed its end with data in it
};

}  // namespace unetns

#endif  // UNETNS_RUNTIME_STREAM_FILE_H_
