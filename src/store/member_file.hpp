// One file of an entry while it is being written.
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

/// Writes; hashes beside it, in another thread. The tree is new and this
/// process's own, so no name in it can be a link.
class MemberFile {
public:
    /// Creates `path` below `tree` with its missing directories.
    MemberFile(const std::filesystem::path& tree, const std::string& path, std::string from);

    /// Zeros fill what lies between the end and `offset`.
    void write_at(std::uint64_t offset, std::span<const std::byte> bytes);
    /// Fills up to `size`, sets the read-only mode; executable if `mode` is
    /// for anyone. All other bits of `mode`, set-user-ID too, are dropped.
    [[nodiscard]] EntryFile finish(std::uint64_t size, unsigned mode);
    /// After finish(): has it synced to the disk in a thread of its own, while
    /// the next one is being unpacked. The result throws what went wrong.
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

/// 0555 or 0444.
[[nodiscard]] unsigned read_only_mode(unsigned mode);

} // namespace k8s_node
