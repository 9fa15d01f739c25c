// The proof that a digest matched.
#pragma once

#include <cstdint>
#include <filesystem>
#include <utility>

#include "support/handle.hpp"

namespace k8s_node {

/// An open file whose bytes have the pinned digest. Only Downloader can create one, so code that
/// takes a VerifiedFile cannot be given anything else. Reads use the descriptor that was hashed,
/// never the name.
class VerifiedFile {
public:
    [[nodiscard]] int fd() const noexcept { return fd_.get(); }
    [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }
    [[nodiscard]] std::uint64_t size() const noexcept { return size_; }

private:
    friend class Downloader;
    VerifiedFile(UniqueFd fd, std::filesystem::path path, std::uint64_t size)
        : fd_(std::move(fd)), path_(std::move(path)), size_(size) {}

    UniqueFd fd_;
    std::filesystem::path path_;
    std::uint64_t size_;
};

} // namespace k8s_node
