#include "generators/kmsg.hpp"

#include <cerrno>
#include <fcntl.h>
#include <string>
#include <string_view>
#include <unistd.h>

namespace k8s_node::generator {

namespace {

constexpr const char* device = "/dev/kmsg";
constexpr int facility_daemon = 3;
int open_device() {
    return ::open(device, O_WRONLY | O_CLOEXEC | O_NOCTTY);
}

/// One write is one record, so there is nothing to continue after a short one.
bool write_record(int fd, std::string_view record) noexcept {
    return fd >= 0 && ::write(fd, record.data(), record.size()) >= 0;
}

} // namespace

KernelLog::KernelLog() : fd_(open_device()) {}

void KernelLog::report(const Event& event) noexcept {
    try {
        const auto priority = facility_daemon * 8 + static_cast<int>(event.priority);
        const auto line =
            "k8s-node-generator[" + std::to_string(::getpid()) + "]: " + event.message + '\n';
        if (!write_record(fd_.get(), '<' + std::to_string(priority) + '>' + line)) {
            static_cast<void>(write_record(STDERR_FILENO, line));
        }
    } catch (const std::bad_alloc&) {
        return;
    }
}

void write_to_kernel_log(std::string_view record) noexcept {
    const int fd = open_device();
    if (!write_record(fd, record)) {
        static_cast<void>(write_record(STDERR_FILENO, record));
    }
}

} // namespace k8s_node::generator
