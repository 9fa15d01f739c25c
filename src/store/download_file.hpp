// A file that grows by downloaded bytes, which are hashed as they arrive.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>

#include "store/trailing_hasher.hpp"
#include "support/handle.hpp"

namespace k8s_node {

/// Owns the descriptor; the name belongs to its staging area.
class DownloadFile {
public:
    /// Creates the file, which must not exist, readable by its owner only.
    DownloadFile(std::filesystem::path path, HashAlgorithm algorithm, std::uint64_t limit);

    /// Starts to take bytes from another transfer that continues this file.
    void continue_here() noexcept { ++pieces_; }
    /// Drops all bytes, to start again from the first.
    void restart();
    /// Throws Error if the disk is full or the limit is reached.
    void append(std::span<const std::byte> bytes);

    [[nodiscard]] std::uint64_t size() const noexcept { return size_; }
    /// True if the bytes came from more than one transfer.
    [[nodiscard]] bool in_pieces() const noexcept { return pieces_ > 1; }
    /// Returns the digest of all bytes, like TrailingHasher::finish(). Only restart() and take()
    /// may follow.
    [[nodiscard]] std::string digest_hex(const std::stop_token& stop) {
        return hasher_->finish(stop);
    }
    [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }
    [[nodiscard]] UniqueFd take() noexcept { return std::move(fd_); }

private:
    std::filesystem::path path_;
    UniqueFd fd_;
    HashAlgorithm algorithm_;
    std::optional<TrailingHasher> hasher_;
    std::uint64_t limit_;
    std::uint64_t size_ = 0;
    unsigned pieces_ = 0;
};

} // namespace k8s_node
