#include "support/file_kinds.hpp"

#include <sys/stat.h>

#include "support/error.hpp"
#include "support/files.hpp"

namespace k8s_node {

bool is_missing(const std::error_code& error) {
    return error == std::errc::no_such_file_or_directory || error == std::errc::not_a_directory;
}

bool is_real_directory(const std::filesystem::path& path) {
    std::error_code error;
    return std::filesystem::symlink_status(path, error).type() ==
           std::filesystem::file_type::directory;
}

std::optional<std::string> read_regular_file_if_exists(const std::filesystem::path& path) {
    struct stat status {};
    if (::stat(path.c_str(), &status) == 0 && !S_ISREG(status.st_mode)) {
        throw Error(path.string() + " is not a regular file")
            .try_this("put a file there, or move it away to have one created");
    }
    return read_file_if_exists(path);
}

} // namespace k8s_node
