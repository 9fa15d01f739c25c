// The data of a member that does not run: copied aside, and replaced by those of a snapshot.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "loop/event_loop.hpp"
#include "model/provided.hpp"
#include "support/files.hpp"

namespace k8s_node {

/// Where a snapshot is restored to, inside of the data directory: it may be a mount point, and what
/// is renamed must not leave its file system.
[[nodiscard]] std::filesystem::path restored_data(const EtcdMember& etcd, const Root& root);

/// Returns the directory in which etcd keeps everything, "member" of its data directory.
[[nodiscard]] std::filesystem::path member_data(const EtcdMember& etcd, const Root& root);

/// True if the member has begun to write its log: there is something to go on from.
[[nodiscard]] bool has_member_data(const EtcdMember& etcd, const Root& root);

/// Returns how many bytes the member's data have; 0 if there are none.
[[nodiscard]] std::uint64_t member_data_bytes(const EtcdMember& etcd, const Root& root);

/// Copies the member's data into `copy`/member, which appears whole or not at all. Does nothing if
/// there are none, or if there is a copy already. Works beside the loop. Throws Error.
void copy_member_data(const EtcdMember& etcd, const Root& root, const std::filesystem::path& copy,
                      EventLoop& loop);

/// Gives everything that was restored to the member's user and puts it in the place of its data,
/// which are removed. Does nothing if that was done before. Throws Error.
void use_restored_data(const EtcdMember& etcd, const Root& root);

} // namespace k8s_node
