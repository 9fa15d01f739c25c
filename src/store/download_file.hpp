// A file that grows by downloaded bytes, hashed as they come.
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

/// Owns the descriptor; the name belongs to the staging area it lies in.
class DownloadFile {
public:
    /// Creates the file, which must not exist, readable by its owner only.
    DownloadFile(std::filesystem::path path, HashAlgorithm algorithm, std::uint64_t limit);

    /// Begins to take bytes from a further transfer that continues this file.
    void continue_here() noexcept { ++pieces_; }
    /// Drops all bytes, to take them anew from the first.
    void restart();
    /// Throws Error when the disk is full or the limit is reached.
    void append(std::span<const std::byte> bytes);

    [[nodiscard]] std::uint64_t size() const noexcept { return size_; }
    /// Whether the bytes came by more than one transfer.
    [[nodiscard]] bool in_pieces() const noexcept { return pieces_ > 1; }
    /// The digest of all bytes. Afterwards only restart() and take().
    [[nodiscard]] std::string digest_hex() { return hasher_->finish(); }
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
