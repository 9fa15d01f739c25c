#include "generators/time_limit.hpp"

#include <array>
#include <csignal>
#include <cstddef>
#include <ctime>
#include <fcntl.h>
#include <unistd.h>

#include "generators/kmsg.hpp"

namespace k8s_node::generator {

namespace {

constexpr long long nanoseconds = 1'000'000'000;
constexpr int alarms_at_most = 10;
constexpr const char* too_slow =
    "<27>k8s-node-generator: gave up: this took too long, so no Kubernetes node is started; run "
    "'systemctl daemon-reload' to try again\n";

// Read by the signal handler.
unsigned allowed = 0;
long long began = 0;
int alarms = 0;

long long now() noexcept {
    timespec time{};
    ::clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * nanoseconds + time.tv_nsec;
}

/// Returns the second number of a text such as "1200 3400 5".
long long second_number(const char* text, std::size_t size) noexcept {
    long long number = 0;
    int blanks = 0;
    for (std::size_t i = 0; i < size && blanks < 2; ++i) {
        if (text[i] == ' ') {
            ++blanks;
        } else if (blanks == 1) {
            number = number * 10 + (text[i] - '0');
        }
    }
    return number;
}

/// Returns the nanoseconds for which this process was runnable but others ran; 0 if the kernel does
/// not tell.
long long kept_waiting() noexcept {
    std::array<char, 128> text{};
    const int fd = ::open("/proc/self/schedstat", O_RDONLY | O_CLOEXEC);
    const auto size = ::read(fd, text.data(), text.size());
    ::close(fd);
    return size > 0 ? second_number(text.data(), static_cast<std::size_t>(size)) : 0;
}

/// Uses only what signal-safety(7) allows.
extern "C" void look_at_time(int /*signal*/) {
    const auto taken = now() - began - kept_waiting();
    if (++alarms < alarms_at_most * static_cast<int>(allowed) && taken < allowed * nanoseconds) {
        ::alarm(1);
        return;
    }
    write_to_kernel_log(too_slow);
    ::_exit(1);
}

} // namespace

void end_after(unsigned seconds) {
    allowed = seconds;
    began = now();
    struct sigaction action {};
    action.sa_handler = look_at_time;
    action.sa_flags = SA_RESTART;
    ::sigaction(SIGALRM, &action, nullptr);
    ::alarm(seconds);
}

} // namespace k8s_node::generator
