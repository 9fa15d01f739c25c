// k8s-node-install end: for ExecStop= of units.
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <sys/syscall.h>
#include <unistd.h>

#include "cli/options.hpp"
#include "model/duration.hpp"
#include "support/handle.hpp"
#include "support/process_wait.hpp"
#include "support/text.hpp"
#include "support/time.hpp"
#include "systemd/job.hpp"

namespace k8s_node::cli {

namespace {

using std::chrono::milliseconds;

milliseconds parse_grace(const std::string& text) {
    const auto grace = parse_duration(text);
    if (!grace) {
        throw Error("--grace " + text + ": invalid duration", ExitStatus::usage)
            .try_this("write it as 500ms or 2s");
    }
    return std::chrono::ceil<milliseconds>(*grace);
}

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

ExitStatus run_end(const std::string& grace) {
    const auto time = parse_grace(grace);
    const auto process = open_main_process();
    if (!process) {
        return ExitStatus::success;
    }
    signal(process, SIGTERM);
    if (!ends_within(process, time)) {
        std::printf("process %s did not end within %s after SIGTERM, killing it\n",
                    std::getenv("MAINPID"), human_duration(time).c_str());
        signal(process, SIGKILL);
    }
    return ExitStatus::success;
}

} // namespace

void add_end(Verb& parent, Context& /*context*/) {
    auto verb = parent.add("end", "Terminate a service's main process (for ExecStop=)");
    auto grace = std::make_shared<std::string>("1s");
    verb.text("--grace", *grace, "Kill it after this time (1s)");
    verb.runs([grace] { return run_end(*grace); }, Answers::only_text);
}

} // namespace k8s_node::cli
