// A file of an entry while it is being written.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <future>
#include <memory>
#include <span>
#include <string>

#include "store/entry_manifest.hpp"
#include "store/trailing_hasher.hpp"
#include "support/handle.hpp"

namespace k8s_node {

/// Writes the file and hashes it in another thread. The tree is new and belongs to this process,
/// so no name in it can be a link.
class MemberFile {
public:
    /// Creates `path` below `tree` with its missing directories.
    MemberFile(const std::filesystem::path& tree, const std::string& path, std::string from);

    /// A gap between the end and `offset` is filled with zeros.
    void write_at(std::uint64_t offset, std::span<const std::byte> bytes);
    /// Extends the file to `size` and sets a read-only mode; executable if `mode` is for anyone.
    /// All other bits of `mode`, including setuid, are dropped.
    [[nodiscard]] EntryFile finish(std::uint64_t size, unsigned mode);
    /// After finish(): syncs the file to disk in its own thread, while the next one is being
    /// unpacked. The future rethrows errors.
    [[nodiscard]] std::future<void> sync() &&;

private:
    void append(std::span<const std::byte> bytes);
    void start_writing_back();
    void fill_to(std::uint64_t offset);

    std::filesystem::path file_;
    EntryFile entry_;
    UniqueFd fd_;
    std::uint64_t written_back_ = 0;
    std::unique_ptr<TrailingHasher> hasher_; ///< reads from fd_
};

/// Returns 0555 or 0444.
[[nodiscard]] unsigned read_only_mode(unsigned mode);

} // namespace k8s_node
