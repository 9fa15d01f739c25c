#include "support/error.hpp"

#include <cerrno>

namespace k8s_node {

Error system_error(int error_number, std::string_view what) {
    std::string text(what);
    text += ": ";
    text += std::strerror(error_number);
    Error error(std::move(text));
    switch (error_number) {
    case ENOSPC:
    case EDQUOT:
        error.try_this("free space on that file system and run the same command again");
        break;
    case EFBIG:
        error.try_this("raise this process's limit on file sizes (ulimit -f)");
        break;
    case EACCES:
    case EPERM:
        error.try_this("run as root, outside of a sandbox that hides this path");
        break;
    case EROFS:
        error.try_this("mount that file system read-write");
        break;
    default:
        break;
    }
    return error;
}

} // namespace k8s_node
