#include <cerrno>
#include <fcntl.h>
#include <filesystem>
#include <unistd.h>

#include "node/takedown.hpp"
#include "support/error.hpp"
#include "support/handle.hpp"
#include "support/text.hpp"

namespace k8s_node {

namespace fs = std::filesystem;

namespace {

/// A parameter that this machine may not set is no reason to try again.
bool is_refusal(int error) {
    return error == EACCES || error == EPERM || error == EROFS || error == EINVAL;
}

/// 0, or the errno of what failed.
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

void restore_sysctls(Takedown& takedown) {
    for (const auto& [key, value] : takedown.scope.ledger.sysctls) {
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
            takedown.events.report({Priority::warning,
                                    "kernel parameter " + key + " stays at " +
                                        std::string(trim(*now)) + "; it was " + value,
                                    {},
                                    {}});
        }
    }
}

} // namespace k8s_node
