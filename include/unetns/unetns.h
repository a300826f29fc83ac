// All of the library but its extension points (unetns/extension.h). docs/library.md is the
// tutorial.
#ifndef UNETNS_UNETNS_H_
#define UNETNS_UNETNS_H_

#include "unetns/address.h"
#include "unetns/capture.h"
#include "unetns/device.h"
#include "unetns/host_tap.h"
#include "unetns/machine.h"
#include "unetns/netns.h"
#include "unetns/ping.h"
#include "unetns/result.h"
#include "unetns/route.h"
#include "unetns/socket.h"
#include "unetns/wire.h"
#include "unetns/world.h"

#endif  // UNETNS_UNETNS_H_
