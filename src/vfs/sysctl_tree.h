// /proc/sys/net: settings of the address families, by their InetControl.
#ifndef UNETNS_VFS_SYSCTL_TREE_H_
#define UNETNS_VFS_SYSCTL_TREE_H_

#include <memory>

#include "vfs/file_tree.h"

namespace unetns {

std::unique_ptr<FileTree> make_sysctl_tree(const VirtualFilesParts& parts);

}  // namespace unetns

#endif  // UNETNS_VFS_SYSCTL_TREE_H_
