// The members of a tar archive, one after the other.
#pragma once

#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <sys/types.h>

#include <archive.h>
#include <archive_entry.h>

#include "store/fetch_options.hpp"
#include "store/read_ahead.hpp"
#include "support/error.hpp"
#include "support/handle.hpp"

namespace k8s_node {

/// What a header says of a member.
struct TarMember {
    std::string name; ///< cleaned: see member_name()
    std::string kind; ///< empty for a regular file, else "symbolic link", …
    std::uint64_t size = 0;
    mode_t mode = 0;
    std::string target{}; ///< of a symbolic or hard link, as it is written; never empty for one
};

/// Bytes of a member at a place; what lies between blocks is zeros.
struct TarBlock {
    std::uint64_t offset = 0;
    std::span<const std::byte> bytes; ///< valid until the next call
};

/// Reads tar compressed by gzip, xz, zstd, bzip2 or not at all; decompression
/// is in a thread of its own. Throws Error for what cannot be read, for names
/// that leave the archive's directory, for blocks that are out of order or
/// outside of their member, and when a limit is passed.
class TarReader {
public:
    /// Reads from the start of `fd`, which must outlive it.
    TarReader(int fd, const UnpackLimits& limits);
    TarReader(const TarReader&) = delete;
    TarReader& operator=(const TarReader&) = delete;
    TarReader(TarReader&&) = delete;
    TarReader& operator=(TarReader&&) = delete;
    ~TarReader() = default;

    /// The next member, skipping what is left of the one before.
    [[nodiscard]] std::optional<TarMember> next_member();
    /// The next block of the current member.
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
    std::uint64_t entries_ = 0;
    std::uint64_t total_bytes_ = 0;     ///< as headers say
    std::uint64_t delivered_bytes_ = 0; ///< as really came out of the decoder
    TarMember member_;                  ///< the current one
    std::uint64_t block_end_ = 0;       ///< of its last block
    std::unique_ptr<ReadAhead> decoded_;
    std::exception_ptr failure_; ///< what the callback threw: C must not see it
    CHandle<archive, archive_read_free> reader_;
};

} // namespace k8s_node
