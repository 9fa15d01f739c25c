// Decompression of what is not gzip, by libarchive's filters.
#pragma once

#include <cstddef>
#include <span>

#include <archive.h>

#include "support/handle.hpp"

namespace k8s_node {

/// Reads a file compressed by xz, zstd or bzip2, or not at all, from its first
/// byte. The descriptor must outlive it. Apart from the reader of the tar
/// format, so that whoever reads can count what really comes out.
class FilterDecoder {
public:
    explicit FilterDecoder(int fd);

    /// Fills `out` as far as there is data; 0 at the end. Throws Error for
    /// data that is cut short or damaged.
    [[nodiscard]] std::size_t read(std::span<std::byte> out);

private:
    CHandle<archive, archive_read_free> reader_;
    bool empty_ = false;
};

} // namespace k8s_node
