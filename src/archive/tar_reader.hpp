// Reads the members of a tar archive one after the other.
#pragma once

#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <sys/types.h>

#include <archive.h>
#include <archive_entry.h>

#include "archive/read_ahead.hpp"
#include "archive/unpack_limits.hpp"
#include "support/error.hpp"
#include "support/handle.hpp"

namespace k8s_node {

/// A member as its header describes it.
struct TarMember {
    std::string name; ///< cleaned: see member_name()
    std::string kind; ///< empty for a regular file, else "symbolic link", …
    std::uint64_t size = 0;
    mode_t mode = 0;
    std::string target{}; ///< of a symbolic or hard link, as written; never empty for one
};

/// Bytes of a member at an offset; gaps between blocks are zeros.
struct TarBlock {
    std::uint64_t offset = 0;
    std::span<const std::byte> bytes; ///< valid until the next call
};

/// Reads tar archives, uncompressed or compressed by gzip, xz, zstd or bzip2; decompression has
/// its own thread. Throws Error for unreadable data, for names that escape the archive's
/// directory, for blocks that are out of order or outside their member, and if a limit is
/// exceeded.
class TarReader {
public:
    /// Reads from the start of `fd`, which must outlive it. Once `stop` is requested, reading on
    /// throws Cancelled.
    TarReader(int fd, const UnpackLimits& limits, std::stop_token stop = {});
    TarReader(const TarReader&) = delete;
    TarReader& operator=(const TarReader&) = delete;
    TarReader(TarReader&&) = delete;
    TarReader& operator=(TarReader&&) = delete;
    ~TarReader() = default;

    /// Returns the next member, skipping the rest of the one before.
    [[nodiscard]] std::optional<TarMember> next_member();
    /// Returns the next block of the current member.
    [[nodiscard]] std::optional<TarBlock> next_block();

private:
    static la_ssize_t on_read(archive* reader, void* self, const void** buffer);

    static std::unique_ptr<ReadAhead> decoded(int fd);

    [[nodiscard]] std::span<const std::byte> next_bytes();
    void count(const TarMember& member);
    /// True at the end; throws for anything but success and end.
    [[nodiscard]] bool at_end(int result);
    [[nodiscard]] bool is_about_a_name(int result);
    [[nodiscard]] std::string at_member() const;
    [[nodiscard]] Error misplaced(const std::string& what) const;

    const UnpackLimits& limits_;
    std::stop_token stop_;
    std::uint64_t entries_ = 0;
    std::uint64_t total_bytes_ = 0;     ///< according to the headers
    std::uint64_t delivered_bytes_ = 0; ///< that the decoder really returned
    TarMember member_;                  ///< the current one
    std::uint64_t block_end_ = 0;       ///< end of its last block
    std::unique_ptr<ReadAhead> decoded_;
    std::exception_ptr failure_; ///< what the callback threw: C must not see it
    CHandle<archive, archive_read_free> reader_;
};

} // namespace k8s_node
