#include "socket/socket.h"

#include "socket/socket_filter.h"

namespace unetns {

Socket::Socket(Net& net, int domain, int type, int protocol)
    : net_(net), domain_(domain), type_(type), protocol_(protocol) {}

Socket::~Socket() = default;

int Socket::take_error() { return std::exchange(error_, 0); }

void Socket::set_error(int err) {
  error_ = err;
  notify();
}

}  // namespace unetns
