#include "host/proc_text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "support/text.hpp"

namespace k8s_node::host {

namespace {

template <typename Number>
std::optional<Number> parse_number(std::string_view text, int base) {
    Number value{};
    const auto* end = text.data() + text.size();
    const auto [rest, failure] = std::from_chars(text.data(), end, value, base);
    if (failure != std::errc{} || rest != end) {
        return std::nullopt;
    }
    return value;
}

/// Returns the fields after "Key:" on its line.
std::optional<std::vector<std::string>> field(std::string_view text, std::string_view key) {
    for (const auto& line : split_lines(text)) {
        if (line.starts_with(key)) {
            return words_of(line.substr(key.size()));
        }
    }
    return std::nullopt;
}

/// Undoes the shell quoting that os-release(5) allows.
std::string unquote(std::string_view value) {
    const bool quoted = value.size() >= 2 && (value.front() == '"' || value.front() == '\'') &&
                        value.back() == value.front();
    const bool escapes = !quoted || value.front() == '"';
    if (quoted) {
        value = value.substr(1, value.size() - 2);
    }
    std::string out;
    for (std::size_t i = 0; i < value.size(); ++i) {
        if (escapes && value[i] == '\\' && i + 1 < value.size()) {
            ++i;
        }
        out += value[i];
    }
    return out;
}

/// Returns the file system type of a mountinfo line: the field after the lone "-".
std::string filesystem_type(const std::vector<std::string>& fields) {
    const auto dash = std::ranges::find(fields, "-");
    return dash == fields.end() || dash + 1 == fields.end() ? std::string{} : *(dash + 1);
}

bool is_unit_name(std::string_view component) {
    return component.ends_with(".service") || component.ends_with(".scope");
}

} // namespace

std::string architecture_name(std::string_view uname_machine) {
    static constexpr std::array<std::pair<std::string_view, std::string_view>, 5> names{{
        {"x86_64", "amd64"},
        {"aarch64", "arm64"},
        {"armv7l", "arm"},
        {"ppc64le", "ppc64le"},
        {"s390x", "s390x"},
    }};
    for (const auto& [machine, name] : names) {
        if (machine == uname_machine) {
            return std::string(name);
        }
    }
    return std::string(uname_machine);
}

std::optional<std::uint64_t> parse_bounding_set(std::string_view status) {
    const auto fields = field(status, "CapBnd:");
    if (!fields || fields->size() != 1) {
        return std::nullopt;
    }
    return parse_number<std::uint64_t>(fields->front(), 16);
}

bool has_capability(std::uint64_t set, unsigned capability) {
    return capability < 64 && ((set >> capability) & 1U) != 0;
}

std::vector<std::string> parse_swaps(std::string_view swaps) {
    std::vector<std::string> areas;
    for (const auto& line : split_lines(swaps)) {
        const auto fields = words_of(line);
        if (!fields.empty() && fields.front() != "Filename") {
            areas.push_back(fields.front());
        }
    }
    return areas;
}

std::optional<std::uint64_t> parse_memory_total(std::string_view meminfo) {
    const auto fields = field(meminfo, "MemTotal:");
    if (!fields || fields->size() != 2 || fields->back() != "kB") {
        return std::nullopt;
    }
    const auto kibibytes = parse_number<std::uint64_t>(fields->front(), 10);
    return kibibytes ? std::optional(*kibibytes * 1024) : std::nullopt;
}

OsRelease parse_os_release(std::string_view text) {
    OsRelease os;
    for (const auto& line : split_lines(text)) {
        const auto equals = line.find('=');
        if (equals == std::string::npos || line.front() == '#') {
            continue;
        }
        const auto key = line.substr(0, equals);
        const auto value = unquote(trim(std::string_view(line).substr(equals + 1)));
        if (key == "ID") {
            os.id = value;
        } else if (key == "VERSION_ID") {
            os.version_id = value;
        } else if (key == "PRETTY_NAME") {
            os.name = value;
        }
    }
    return os;
}

std::optional<CgroupLayout> parse_cgroup_layout(std::string_view mountinfo) {
    bool version_1 = false;
    bool version_2 = false;
    for (const auto& line : split_lines(mountinfo)) {
        const auto type = filesystem_type(words_of(line));
        version_1 |= type == "cgroup";
        version_2 |= type == "cgroup2";
    }
    if (version_1) {
        return version_2 ? CgroupLayout::hybrid : CgroupLayout::v1;
    }
    return version_2 ? std::optional(CgroupLayout::v2) : std::nullopt;
}

std::optional<int> parse_systemd_version(std::string_view library_name) {
    constexpr std::string_view prefix = "libsystemd-shared-";
    if (!library_name.starts_with(prefix) || !library_name.ends_with(".so")) {
        return std::nullopt;
    }
    const auto rest = library_name.substr(prefix.size());
    return parse_number<int>(rest.substr(0, rest.find_first_not_of("0123456789")), 10);
}

std::vector<std::string> parse_unit_names(std::string_view cgroup) {
    std::vector<std::string> units;
    for (const auto& line : split_lines(cgroup)) {
        // "ID:CONTROLLERS:PATH"; systemd's own trees are version 2 (no
        // controllers) and, on version 1, the one named systemd.
        const auto parts = split(line, ':');
        if (parts.size() < 3 || (!parts[1].empty() && parts[1] != "name=systemd")) {
            continue;
        }
        for (const auto& component : split(parts[2], '/')) {
            if (is_unit_name(component) && std::ranges::find(units, component) == units.end()) {
                units.push_back(component);
            }
        }
    }
    return units;
}

std::vector<SocketEntry> parse_bound_sockets(std::string_view table) {
    constexpr std::string_view listening = "0A";
    constexpr std::string_view unconnected = "07";
    std::vector<SocketEntry> entries;
    for (const auto& line : split_lines(table)) {
        // sl local_address rem_address st tx:rx tr:when retrnsmt uid timeout inode
        const auto fields = words_of(line);
        if (fields.size() < 10 || (fields[3] != listening && fields[3] != unconnected)) {
            continue;
        }
        const auto port = parse_number<std::uint16_t>(
            std::string_view(fields[1]).substr(fields[1].find(':') + 1), 16);
        const auto inode = parse_number<std::uint64_t>(fields[9], 10);
        if (port && inode && *inode != 0) {
            entries.push_back({*port, *inode});
        }
    }
    return entries;
}

std::map<std::string, std::uint64_t> parse_listening_sockets(std::string_view table) {
    constexpr std::uint64_t accepts = 0x10000; // __SO_ACCEPTCON
    std::map<std::string, std::uint64_t> sockets;
    for (const auto& line : split_lines(table)) {
        // Num: RefCount Protocol Flags Type St Inode Path
        const auto fields = words_of(line);
        if (fields.size() < 8) {
            continue;
        }
        const auto flags = parse_number<std::uint64_t>(fields[3], 16);
        const auto inode = parse_number<std::uint64_t>(fields[6], 10);
        if (flags && inode && (*flags & accepts) != 0) {
            sockets[fields[7]] = *inode;
        }
    }
    return sockets;
}

std::vector<std::string> parse_mount_points(std::string_view mountinfo) {
    std::vector<std::string> points;
    for (const auto& line : split_lines(mountinfo)) {
        // id parent major:minor root point options …
        const auto fields = words_of(line);
        if (fields.size() >= 6) {
            points.push_back(replace_all(fields[4], "\\040", " "));
        }
    }
    return points;
}

std::vector<std::string> parse_name_servers(std::string_view resolv_conf) {
    std::vector<std::string> servers;
    for (const auto& line : split_lines(resolv_conf)) {
        const auto fields = words_of(line);
        if (fields.size() >= 2 && fields[0] == "nameserver") {
            servers.push_back(fields[1]);
        }
    }
    return servers;
}

} // namespace k8s_node::host
