#include "components/claims.hpp"

#include <algorithm>
#include <array>

#include "language/blame.hpp"
#include "language/values.hpp"

namespace k8s_node {

namespace {

/// Managed by this program, the kernel or systemd: a component's file there would be lost or
/// break something.
constexpr std::array<std::string_view, 8> not_ours_to_give = {
    "/etc/k8s-node", "/opt/k8s-node", "/var/lib/k8s-node",          "/run/systemd",
    "/proc",         "/sys",          "/run/k8s-node-install.lock", "/dev",
};

/// Directories that every system has: a file cannot replace them.
constexpr std::array<std::string_view, 33> directories = {
    "/bin",
    "/boot",
    "/etc",
    "/home",
    "/lib",
    "/lib64",
    "/media",
    "/mnt",
    "/opt",
    "/root",
    "/run",
    "/sbin",
    "/srv",
    "/tmp",
    "/usr",
    "/var",
    "/usr/bin",
    "/usr/lib",
    "/usr/local",
    "/usr/local/bin",
    "/usr/local/lib",
    "/usr/local/sbin",
    "/usr/sbin",
    "/usr/share",
    "/usr/libexec",
    "/var/cache",
    "/var/lib",
    "/var/log",
    "/var/run",
    "/var/spool",
    "/var/tmp",
    "/etc/systemd",
    "/etc/systemd/system",
};

bool is_below(const std::string& path, std::string_view directory) {
    return path.size() > directory.size() && path.starts_with(directory) &&
           path[directory.size()] == '/';
}

} // namespace

void Claims::path(const std::string& path, const Position& at) {
    if (!is_plain_absolute_path(path)) {
        diagnostics_.add(at, "'" + path + "' must be an absolute path without '..'");
        return;
    }
    for (const auto reserved : not_ours_to_give) {
        if (path == reserved || is_below(path, reserved) || is_below(std::string(reserved), path)) {
            diagnostics_.add(at,
                             "'" + path +
                                 "' cannot be used by a component: " + std::string(reserved) +
                                 " is managed by this program or the system",
                             "choose another place, such as /etc/NAME or /var/lib/NAME");
            return;
        }
    }
    if (std::find(directories.begin(), directories.end(), path) != directories.end()) {
        diagnostics_.add(at, "'" + path + "' is a system directory",
                         "name the file to be written in it");
        return;
    }
    claim(path, "'" + path + "'", at);
}

void Claims::key_files(const std::string& name, const std::string& suffix, const Position& at) {
    if (!is_confined_path(name)) {
        diagnostics_.add(at, "'" + name + "' must be a relative path without '..'");
        return;
    }
    const auto base = PkiSpec().directory + "/" + name;
    const auto reported = diagnostics_.size();
    claim(base + ".key", "the key '" + name + "'", at);
    if (diagnostics_.size() == reported) {
        claim(base + suffix, "'" + base + suffix + "'", at);
    }
}

void Claims::claim(const std::string& path, const std::string& what, const Position& at) {
    const auto same = paths_.find(path);
    if (same != paths_.end()) {
        second(same->second, at, what + " is already written by another part of this node");
        return;
    }
    const auto clash = std::find_if(paths_.begin(), paths_.end(), [&](const auto& other) {
        return is_below(other.first, path) || is_below(path, other.first);
    });
    if (clash != paths_.end()) {
        const bool above = is_below(clash->first, path);
        second(clash->second, at,
               what +
                   (above ? " would be both a file and the directory of '"
                          : " would be below a file, '") +
                   clash->first + "'");
        return;
    }
    paths_.emplace(path, at);
}

void Claims::second(const Position& first, const Position& at, std::string message) {
    const bool moved = is_closer(first, at);
    diagnostics_.add(moved ? first : at, std::move(message),
                     "that is in " + (moved ? at : first).text());
}

void Claims::port(std::int64_t number, const Position& at) {
    const auto [first, added] = ports_.emplace(number, at);
    if (!added) {
        second(first->second, at,
               "port " + std::to_string(number) + " is already used on this node");
    }
}

} // namespace k8s_node
