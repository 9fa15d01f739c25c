#include "render/sandbox.hpp"

#include <array>

#include "support/text.hpp"

namespace k8s_node {

namespace {

/// No capabilities except those that the file gives the service: systemd cannot start a service
/// with a capability outside its bounding set.
std::string bound(const unit::UnitFile& theirs, std::string_view key, const char* value) {
    const auto given = theirs.values("Service", "AmbientCapabilities");
    return key == "CapabilityBoundingSet" && !given.empty() ? join(given, " ") : value;
}

} // namespace

void add_strict_sandbox(unit::UnitFile& file) {
    using Directive = std::pair<const char*, const char*>;
    // etcd, kube-apiserver, kube-controller-manager and kube-scheduler run with all of these
    // (observed with Kubernetes 1.36).
    static constexpr std::array<Directive, 28> directives = {{
        {"NoNewPrivileges", "yes"},
        {"CapabilityBoundingSet", ""},
        {"AmbientCapabilities", ""},
        {"UMask", "0077"},
        // What a service has in memory, keys for example, is left in no file.
        {"LimitCORE", "0"},
        {"ProtectSystem", "strict"},
        {"ProtectHome", "yes"},
        {"PrivateTmp", "yes"},
        {"PrivateDevices", "yes"},
        {"PrivateMounts", "yes"},
        {"ProtectKernelTunables", "yes"},
        {"ProtectKernelModules", "yes"},
        {"ProtectKernelLogs", "yes"},
        {"ProtectControlGroups", "yes"},
        {"ProtectClock", "yes"},
        {"ProtectHostname", "yes"},
        {"ProtectProc", "invisible"},
        {"RestrictAddressFamilies", "AF_UNIX AF_INET AF_INET6 AF_NETLINK"},
        {"RestrictNamespaces", "yes"},
        {"RestrictRealtime", "yes"},
        {"RestrictSUIDSGID", "yes"},
        {"LockPersonality", "yes"},
        {"MemoryDenyWriteExecute", "yes"},
        {"RemoveIPC", "yes"},
        {"SystemCallArchitectures", "native"},
        {"SystemCallFilter", "@system-service"},
        {"SystemCallFilter", "~@privileged @resources"},
        {"SystemCallErrorNumber", "EPERM"},
    }};
    const auto theirs = file;
    for (const auto& [key, value] : directives) {
        if (theirs.values("Service", key).empty()) {
            file.add("Service", key, unit::Value::verbatim(bound(theirs, key, value)));
        }
    }
}

} // namespace k8s_node
