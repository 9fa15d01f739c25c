// gzip decompression by ISA-L, which is several times faster than zlib.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

struct inflate_state;

namespace k8s_node {

/// True if the file starts like a gzip file.
[[nodiscard]] bool is_gzip(int fd);

/// Reads a gzip file, which may have several members, from its first byte. The descriptor must
/// outlive it; its file offset is neither used nor changed. Consumes the file: the space of data
/// that was read is returned to the file system, so that an archive and its content do not take
/// space twice, on disk or in the page cache.
class GzipDecoder {
public:
    explicit GzipDecoder(int fd);

    /// Fills `out` and returns the number of bytes; 0 at the end. Throws Error for truncated or
    /// damaged data.
    [[nodiscard]] std::size_t read(std::span<std::byte> out);

private:
    struct Free {
        void operator()(inflate_state* state) const noexcept;
    };

    [[nodiscard]] bool begin_next_member();
    bool refill();
    void give_back();

    int fd_;
    std::int64_t offset_ = 0;     ///< read up to here
    std::int64_t given_back_ = 0; ///< and its space is returned up to here
    std::vector<std::uint8_t> input_;
    std::unique_ptr<inflate_state, Free> state_;
};

} // namespace k8s_node
