// Descriptors that one part of the program raises for another that waits (eventfd(2)).
#pragma once

#include <cerrno>
#include <cstdint>
#include <sys/eventfd.h>
#include <unistd.h>

#include "support/error.hpp"
#include "support/handle.hpp"

namespace k8s_node {

/// Throws Error if there are too many descriptors.
[[nodiscard]] inline UniqueFd make_event() {
    UniqueFd fd(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
    if (!fd) {
        throw system_error(errno, "create an event descriptor");
    }
    return fd;
}

/// Makes it readable, for good. From any thread.
inline void raise_event(int fd) noexcept {
    const std::uint64_t one = 1;
    static_cast<void>(::write(fd, &one, sizeof one));
}

} // namespace k8s_node
