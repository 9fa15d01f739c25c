// Bytes as a file that has no name.
#pragma once

#include <string_view>
#include <sys/mman.h>

#include "support/files.hpp"
#include "support/handle.hpp"

namespace k8s_node::fuzz {

[[nodiscard]] inline UniqueFd memory_file(std::string_view bytes) {
    UniqueFd file(::memfd_create("fuzz", MFD_CLOEXEC));
    write_all(file.get(), bytes, "a file in memory");
    return file;
}

} // namespace k8s_node::fuzz
