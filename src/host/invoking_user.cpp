#include "host/invoking_user.hpp"

#include <cstdlib>
#include <pwd.h>
#include <unistd.h>

#include "host/proc_text.hpp"
#include "support/files.hpp"

namespace k8s_node {

std::string own_service() {
    // systemd gives every service its invocation.
    if (std::getenv("INVOCATION_ID") == nullptr) {
        return {};
    }
    const auto groups = read_file_if_exists("/proc/self/cgroup").value_or("");
    const auto units = host::parse_unit_names(groups);
    return units.empty() || !units.back().ends_with(".service") ? std::string() : units.back();
}

std::string invoking_user() {
    if (auto service = own_service(); !service.empty()) {
        return service;
    }
    if (const char* user = std::getenv("SUDO_USER"); user != nullptr && *user != '\0') {
        return std::string(user) + " (sudo)";
    }
    const auto* entry = ::getpwuid(::geteuid());
    return entry == nullptr ? "user " + std::to_string(::geteuid()) : entry->pw_name;
}

} // namespace k8s_node
