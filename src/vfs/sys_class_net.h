// /sys/class/net: a directory for each device, with its attributes and statistics/.
#ifndef UNETNS_VFS_SYS_CLASS_NET_H_
#define UNETNS_VFS_SYS_CLASS_NET_H_

#include <memory>

#include "vfs/file_tree.h"

namespace unetns {

std::unique_ptr<FileTree> make_sys_class_net(const VirtualFilesParts& parts);

}  // namespace unetns

#endif  // UNETNS_VFS_SYS_CLASS_NET_H_
