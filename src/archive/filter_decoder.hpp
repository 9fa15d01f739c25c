// Decompression of formats other than gzip, by libarchive's filters.
#pragma once

#include <cstddef>
#include <span>

#include <archive.h>

#include "support/handle.hpp"

namespace k8s_node {

/// Reads a file compressed by xz, zstd or bzip2, or not at all, from its first byte. The
/// descriptor must outlive it. Separate from the tar reader, so that the caller can count the
/// bytes that are really decompressed.
class FilterDecoder {
public:
    explicit FilterDecoder(int fd);

    /// Fills `out` and returns the number of bytes; 0 at the end. Throws Error for truncated or
    /// damaged data.
    [[nodiscard]] std::size_t read(std::span<std::byte> out);

private:
    CHandle<archive, archive_read_free> reader_;
    bool empty_ = false;
};

} // namespace k8s_node
