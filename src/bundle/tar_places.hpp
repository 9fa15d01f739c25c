// Where the entries of a tar file lie, so that each can be read by itself.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace k8s_node {

/// The bytes of an entry within the file.
struct TarPlace {
    std::string name;
    std::uint64_t offset = 0; ///< of the first byte of its content
    std::uint64_t size = 0;
};

/// Returns the entries in their order by reading their headers only. Throws Error (verification)
/// for what is not a plain tar file (ustar, uncompressed) of regular files, for a file that ends
/// too early, for a name that occurs twice, and for one that leads out of the directory that the
/// file is unpacked into. The offset of `fd` is changed.
[[nodiscard]] std::vector<TarPlace> tar_places(int fd);

} // namespace k8s_node
