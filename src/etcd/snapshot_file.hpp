// Snapshots of etcd as files: read and restored by etcdutl, which works on files as etcdctl does on
// servers.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "loop/event_loop.hpp"
#include "model/provided.hpp"

namespace k8s_node {

/// A program of etcd, run to its end. Returns its standard output. Throws Error(`could not WHAT`)
/// with what it said on standard error.
std::string run_etcd_tool(const EtcdMember& etcd, const std::string& tool,
                          const std::vector<std::string>& arguments, const std::string& what,
                          EventLoop& loop);

struct SnapshotFile {
    std::int64_t revision = 0;
    std::uint64_t keys = 0;
    std::uint64_t bytes = 0;
};

/// Reads a snapshot, or the database of a member that does not run. Throws Error if it is none.
[[nodiscard]] SnapshotFile read_snapshot(const EtcdMember& etcd, const std::filesystem::path& file,
                                         EventLoop& loop);

/// Like read_snapshot(), for a file to be restored: it must have keys, and the checksum that
/// etcdctl appends to what it saves (etcd v3.6, client/v3/snapshot/v3_snapshot.go) must be right.
/// Throws Error(verification).
[[nodiscard]] SnapshotFile verify_snapshot(const EtcdMember& etcd,
                                           const std::filesystem::path& file, EventLoop& loop);

/// How far a restored member goes beyond every revision that a client may know: each client then
/// finds what it knows compacted, and lists anew (etcdutl snapshot restore --help). More than any
/// cluster writes between a snapshot and its loss.
inline constexpr std::int64_t revision_bump = 1'000'000'000;

/// Returns by how much to raise the revision of a snapshot so that it is beyond `newest`, which the
/// clients have seen: a snapshot that is restored a second time, too.
[[nodiscard]] std::int64_t bump_beyond(std::int64_t newest, std::int64_t snapshot);

/// Restores a snapshot into `directory`, which must not exist, as the only member of a new cluster.
/// That gets an ID of its own, by `token`, so that members of the former one that come back are
/// strangers to it. Throws Error.
void restore_snapshot(const EtcdMember& etcd, const std::filesystem::path& file,
                      const std::filesystem::path& directory, std::int64_t bump,
                      const std::string& token, EventLoop& loop);

} // namespace k8s_node
