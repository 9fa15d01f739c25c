#include "support/regular_file.hpp"

#include <sys/stat.h>

#include "support/error.hpp"
#include "support/files.hpp"

namespace k8s_node {

std::optional<std::string> read_regular_file_if_exists(const std::filesystem::path& path) {
    struct stat status {};
    if (::stat(path.c_str(), &status) == 0 && !S_ISREG(status.st_mode)) {
        throw Error(path.string() + " is not a regular file")
            .try_this("put a file there, or move it away to have one created");
    }
    return read_file_if_exists(path);
}

} // namespace k8s_node
