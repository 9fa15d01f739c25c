#include "host/reliance.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <linux/magic.h>
#include <netinet/in.h>
#include <set>
#include <sys/statfs.h>
#include <sys/statvfs.h>

#include "host/addresses.hpp"
#include "host/checks.hpp"
#include "host/nearest_existing.hpp"
#include "host/proc_text.hpp"
#include "host/socket_holders.hpp"
#include "support/error.hpp"
#include "support/text.hpp"

namespace k8s_node::host {

namespace fs = std::filesystem;

namespace {

/// Not found by a file's device number, because a bind mount has that of its source.
std::string mount_point_of(const fs::path& path) {
    const auto at = fs::canonical(path).string();
    std::string longest = "/";
    for (const auto& point : parse_mount_points(read_file("/proc/self/mountinfo"))) {
        if ((at == point || at.starts_with(point + "/")) && point.size() > longest.size()) {
            longest = point;
        }
    }
    return longest;
}

std::string kind_of(const fs::path& path) {
    struct statfs status {};
    if (::statfs(path.c_str(), &status) < 0) {
        return {};
    }
    return status.f_type == OVERLAYFS_SUPER_MAGIC ? "overlay"
           : status.f_type == NFS_SUPER_MAGIC     ? "nfs"
                                                  : "";
}

std::vector<std::string> options_of(unsigned long flags) {
    constexpr std::array<std::pair<const char*, unsigned long>, 4> without = {
        {{"rw", ST_RDONLY}, {"exec", ST_NOEXEC}, {"suid", ST_NOSUID}, {"dev", ST_NODEV}}};
    std::vector<std::string> options;
    for (const auto& [option, flag] : without) {
        if ((flags & flag) == 0) {
            options.emplace_back(option);
        }
    }
    return options;
}

std::string in_network(const ifaddrs& entry) {
    const auto* mask = reinterpret_cast<const sockaddr_in*>(entry.ifa_netmask);
    const int bits = mask == nullptr ? 32 : __builtin_popcount(mask->sin_addr.s_addr);
    return numeric_address(entry.ifa_addr).value_or("") + "/" + std::to_string(bits);
}

std::vector<std::string> addresses_of(const std::string& interface) {
    const auto interfaces = list_interfaces();
    std::vector<std::string> out;
    for (const auto* entry = interfaces.get(); entry != nullptr; entry = entry->ifa_next) {
        if (entry->ifa_name == interface && entry->ifa_addr != nullptr &&
            entry->ifa_addr->sa_family == AF_INET) {
            out.push_back(in_network(*entry));
        }
    }
    return out;
}

} // namespace

DirectorySeen observe_directory(const Root& root, const DirectoryReliance& wanted) {
    const auto path = nearest_existing(root.at(wanted.path));
    struct statvfs room {};
    if (::statvfs(path.c_str(), &room) < 0) {
        throw system_error(errno, "inspect the file system of " + path.string());
    }
    return {wanted,
            mount_point_of(path),
            options_of(room.f_flag),
            kind_of(path),
            std::uint64_t{room.f_bavail} * room.f_frsize,
            room.f_favail,
            room.f_files != 0};
}

BridgeSeen observe_bridge(const Root& root, const BridgeReliance& wanted) {
    const auto device = root.at("/sys/class/net/" + wanted.name);
    return {wanted, attributes_of(device).has_value(), attributes_of(device / "bridge").has_value(),
            addresses_of(wanted.name)};
}

ResolverSeen observe_resolver(const Root& root, const std::string& path) {
    try {
        return {path, {}, parse_name_servers(read_file(root.at(path)))};
    } catch (const Error& error) {
        return {path, error.message(), {}};
    }
}

std::vector<SocketSeen> observe_sockets(const Root& root, const std::vector<std::string>& paths) {
    const auto listening =
        parse_listening_sockets(read_file_if_exists(root.at("/proc/net/unix")).value_or(""));
    std::vector<SocketSeen> seen;
    std::set<std::uint64_t> inodes;
    for (const auto& path : paths) {
        const auto found = listening.find(path);
        seen.push_back({path, found != listening.end(), {}});
        if (found != listening.end()) {
            inodes.insert(found->second);
        }
    }
    const auto holders = inodes.empty() ? SocketHolders() : find_socket_holders(root, inodes);
    for (auto& socket : seen) {
        const auto found = listening.find(socket.path);
        const auto held = found == listening.end() ? holders.end() : holders.find(found->second);
        if (held != holders.end()) {
            socket.holders = held->second;
        }
    }
    return seen;
}

FirstFileSeen observe_first_file(const Root& root, const std::string& path) {
    constexpr std::array endings = {".conf", ".conflist", ".json"};
    const fs::path ours(path);
    FirstFileSeen seen{path, {}, {}};
    try {
        for (const auto& entry : directory_entries(root.at(ours.parent_path()))) {
            const auto name = entry.filename();
            const bool counts =
                std::ranges::find(endings, name.extension().string()) != endings.end();
            if (counts && name.string() < ours.filename().string()) {
                seen.before.push_back((ours.parent_path() / name).string());
            }
        }
    } catch (const Error& error) {
        seen.trouble = error.message();
    }
    std::ranges::sort(seen.before);
    return seen;
}

Findings check_reliance(const Reliance& reliance, const OwnParts& own,
                        const std::vector<std::string>& active, const Root& root) {
    Findings findings;
    for (const auto& directory : reliance.directories) {
        append(findings, check_directory(observe_directory(root, directory)));
    }
    for (const auto& path : reliance.first_files) {
        append(findings, check_first_file(observe_first_file(root, path), own.files));
    }
    for (const auto& bridge : reliance.bridges) {
        append(findings, check_bridge(observe_bridge(root, bridge)));
    }
    for (const auto& path : reliance.resolvers) {
        append(findings, check_resolver(observe_resolver(root, path)));
    }
    for (const auto& socket : observe_sockets(root, reliance.sockets)) {
        append(findings, check_socket(socket, own.units));
    }
    append(findings, check_conflicts(reliance.conflicts, active));
    return findings;
}

} // namespace k8s_node::host
