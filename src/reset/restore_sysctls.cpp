#include <cerrno>
#include <fcntl.h>
#include <filesystem>
#include <unistd.h>

#include "reset/reset_steps.hpp"
#include "support/error.hpp"
#include "support/handle.hpp"
#include "support/text.hpp"

namespace k8s_node {

namespace fs = std::filesystem;

namespace {

/// True if this machine may not set the parameter: trying again would not help.
bool is_refusal(int error) {
    return error == EACCES || error == EPERM || error == EROFS || error == EINVAL;
}

/// Returns 0 or the errno of the failure.
int write_parameter(const fs::path& path, const std::string& value) {
    const UniqueFd fd(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
    while (fd) {
        if (::write(fd.get(), value.data(), value.size()) >= 0) {
            return 0;
        }
        if (errno != EINTR) {
            break;
        }
    }
    return errno;
}

} // namespace

void restore_sysctls(ResetSteps& reset_steps) {
    for (const auto& [key, value] : reset_steps.scope.ledger.sysctls) {
        const auto path = fs::path("/proc/sys") / replace_all(key, ".", "/");
        const auto now = read_file_if_exists(path);
        if (value.empty() || !now || trim(*now) == value) {
            continue;
        }
        const int error = write_parameter(path, value);
        if (error != 0 && !is_refusal(error)) {
            throw system_error(error, "restore kernel parameter " + key);
        }
        if (error != 0) {
            reset_steps.events.report({Priority::warning,
                                       "kernel parameter " + key + " stays at " +
                                           std::string(trim(*now)) + "; it was " + value,
                                       {},
                                       {}});
        }
    }
}

} // namespace k8s_node
