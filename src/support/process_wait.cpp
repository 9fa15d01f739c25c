#include "support/process_wait.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <poll.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/error.hpp"

namespace k8s_node {

UniqueFd open_process(pid_t pid) {
    UniqueFd process(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0U)));
    if (!process && errno != ESRCH) {
        throw system_error(errno, "watch process " + std::to_string(pid));
    }
    return process;
}

ProcessWait wait_for_process(const UniqueFd& process, std::chrono::steady_clock::time_point end,
                             int wake) {
    std::array<pollfd, 2> waits = {{{process.get(), POLLIN, 0}, {wake, POLLIN, 0}}};
    while (true) {
        const auto left =
            std::chrono::ceil<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
        const int ready = ::poll(waits.data(), waits.size(),
                                 static_cast<int>(std::max<std::int64_t>(left.count(), 0)));
        if (ready < 0 && errno != EINTR) {
            throw system_error(errno, "wait for a process to end");
        }
        if (ready == 0) {
            return ProcessWait::timed_out;
        }
        if (ready > 0) {
            return waits[0].revents != 0 ? ProcessWait::ended : ProcessWait::interrupted;
        }
    }
}

int reap_process(int pidfd) {
    siginfo_t info{};
    while (::waitid(P_PIDFD, static_cast<id_t>(pidfd), &info, WEXITED) < 0) {
        if (errno != EINTR) {
            throw system_error(errno, "wait for a child process to end");
        }
    }
    return info.si_code == CLD_EXITED ? info.si_status : 128 + info.si_status;
}

} // namespace k8s_node
