// Result<T>: what every function returns that can fail.
//
// Result<T> is std::expected<T, Error>. An Error holds a positive errno of Linux, the one that the
// same operation would give there (errno(3), and the man page of the operation), and a text where
// the kernel has one (its "extended ack", netlink(7)). No function of this library throws, and no
// exception crosses its border; only std::bad_alloc, when the process is out of memory, ends it as
// any other C++ program.
//
//     auto host = machine.create_netns("h1");
//     if (!host) return report(unetns::describe(host.error()));
#ifndef UNETNS_RESULT_H_
#define UNETNS_RESULT_H_

#include <string>

#include "base/result.h"

namespace unetns {

// "No route to host (EHOSTUNREACH)", with the text of the error in front when it has one.
std::string describe(const Error& error);

}  // namespace unetns

#endif  // UNETNS_RESULT_H_
