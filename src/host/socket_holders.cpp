#include "host/socket_holders.hpp"

#include <algorithm>
#include <optional>

#include "host/proc_text.hpp"
#include "support/error.hpp"
#include "support/text.hpp"

namespace k8s_node::host {

namespace fs = std::filesystem;

namespace {

/// "socket:[1234]" → 1234.
std::optional<std::uint64_t> socket_inode(const std::string& link) {
    constexpr std::string_view prefix = "socket:[";
    if (!link.starts_with(prefix) || !link.ends_with(']')) {
        return std::nullopt;
    }
    const auto number = parse_integer(
        std::string_view(link).substr(prefix.size(), link.size() - prefix.size() - 1));
    return number && *number >= 0 ? std::optional(static_cast<std::uint64_t>(*number))
                                  : std::nullopt;
}

/// Reads a small file of /proc, empty if its process has ended in the meantime (the kernel then
/// returns ESRCH, so errors are ignored).
std::string process_text(const fs::path& file) {
    try {
        return read_file_if_exists(file).value_or("");
    } catch (const Error&) {
        return {};
    }
}

SocketHolder describe(const fs::path& process, pid_t pid) {
    return {pid, std::string(trim(process_text(process / "comm"))),
            parse_unit_names(process_text(process / "cgroup"))};
}

/// Adds the process to each socket that it holds. Those of a process that has ended, or of another
/// user, stay without a holder.
void attribute(const fs::path& process, pid_t pid, const std::set<std::uint64_t>& inodes,
               SocketHolders& holders) {
    std::error_code gone;
    for (fs::directory_iterator fd(process / "fd", gone), end; !gone && fd != end;
         fd.increment(gone)) {
        std::error_code closed;
        const auto inode = socket_inode(fs::read_symlink(fd->path(), closed).string());
        if (closed || !inode || !inodes.contains(*inode)) {
            continue;
        }
        auto& known = holders[*inode];
        if (known.empty() || known.back().pid != pid) {
            known.push_back(describe(process, pid));
        }
    }
}

} // namespace

SocketHolders find_socket_holders(const Root& root, const std::set<std::uint64_t>& inodes) {
    SocketHolders holders;
    for (const auto& entry : directory_entries(root.at("/proc"))) {
        if (const auto pid = parse_integer(entry.filename().string())) {
            attribute(entry, static_cast<pid_t>(*pid), inodes, holders);
        }
    }
    return holders;
}

} // namespace k8s_node::host
