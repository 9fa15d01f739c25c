#include "support/standard_streams.hpp"

#include <cerrno>
#include <fcntl.h>
#include <unistd.h>

namespace k8s_node {

void open_standard_streams() noexcept {
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; ++fd) {
        if (::fcntl(fd, F_GETFD) < 0 && errno == EBADF) {
            // The lowest free number is this one. Not O_CLOEXEC: child processes need the three,
            // too.
            static_cast<void>(::open("/dev/null", O_RDWR)); // NOLINT(android-cloexec-open)
        }
    }
}

} // namespace k8s_node
