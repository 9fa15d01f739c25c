#include "aides/end.hpp"

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <sys/syscall.h>
#include <unistd.h>

#include "support/error.hpp"
#include "support/handle.hpp"
#include "support/process_wait.hpp"
#include "support/text.hpp"

namespace k8s_node {

namespace {

using std::chrono::milliseconds;

/// Opens systemd's $MAINPID; returns an empty descriptor if the process has ended already.
UniqueFd open_main_process() {
    const char* text = std::getenv("MAINPID");
    const auto pid = parse_integer(text == nullptr ? "" : text).value_or(0);
    if (pid <= 1) {
        throw Error("MAINPID is not set", ExitStatus::usage)
            .try_this("systemd sets it for ExecStop=; to stop a service, use systemctl stop");
    }
    return open_process(static_cast<pid_t>(pid));
}

void signal(const UniqueFd& process, int number) {
    const auto sent = ::syscall(SYS_pidfd_send_signal, process.get(), number, nullptr, 0U);
    if (sent < 0 && errno != ESRCH) {
        throw system_error(errno, "end the service's main process");
    }
}

bool ends_within(const UniqueFd& process, milliseconds grace) {
    const auto end = std::chrono::steady_clock::now() + grace;
    return wait_for_process(process, end, -1) == ProcessWait::ended;
}

} // namespace

void end_main_process(milliseconds grace, const std::function<void()>& tell_kill) {
    const auto process = open_main_process();
    if (!process) {
        return;
    }
    signal(process, SIGTERM);
    if (!ends_within(process, grace)) {
        tell_kill();
        signal(process, SIGKILL);
    }
}

} // namespace k8s_node
