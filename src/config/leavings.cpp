// The `leaves` part of a component. A name that says too much would let a
// reset take away what is not the node's, so each is checked here, where its
// place in the file is known.
#include <algorithm>

#include "config/parts.hpp"
#include "config/reader.hpp"
#include "config/values.hpp"
#include "support/text.hpp"

namespace k8s_node {

namespace {

constexpr std::string_view pattern_signs = "*?[";

bool is_path_kind(std::string_view kind) {
    return kind == "paths" || kind == "data" || kind == "identity" || kind == "directories";
}

/// "/run/x", "/var/lib/x" or "/var/log/x-*": deep enough to be one program's,
/// a pattern in the last part only and after some plain text.
bool is_leaving_path(const std::string& path) {
    if (!is_plain_absolute_path(path)) {
        return false;
    }
    const bool shared = path.starts_with("/usr/") || path.starts_with("/var/");
    const auto levels = std::count(path.begin(), path.end(), '/');
    const auto sign = path.find_first_of(pattern_signs);
    return levels >= (shared ? 3 : 2) && (sign == std::string::npos || sign > path.rfind('/') + 1);
}

/// A name of the kernel's or systemd's that cannot mean everything: it begins
/// with three plain characters.
bool is_leaving_name(const std::string& name) {
    return name.find('/') == std::string::npos && name.size() >= 3 &&
           name.find_first_of(pattern_signs) >= 3;
}

void check_name(std::string_view kind, const std::string& name, const Position& at,
                Diagnostics& diagnostics) {
    if (is_path_kind(kind) ? is_leaving_path(name)
        : kind == "sysctls" || kind == "firewall_comments"
            ? !name.empty() && name.find_first_of(pattern_signs) >= 3
            : is_leaving_name(name)) {
        return;
    }
    diagnostics.add(at,
                    "'" + name + "' may not be left to a reset: it must be " +
                        (is_path_kind(kind) ? "a path deep enough to be one program's, with a "
                                              "pattern only at the end of its last part"
                                            : "a name that begins with three plain characters"),
                    "for example " + std::string(is_path_kind(kind) ? "/var/lib/x" : "KUBE-*"));
}

} // namespace

void read_leavings(const Tree& leaves, NodeSpec& spec, Diagnostics& diagnostics) {
    MapReader reader(leaves, "'leaves'", diagnostics);
    Leavings read;
    for (const auto& kind : leaving_kinds) {
        const auto key = std::string(kind.name);
        for (const auto* name : reader.take_scalars(key)) {
            check_name(kind.name, name->text(), name->at(), diagnostics);
            (read.*kind.member).push_back(name->text());
        }
    }
    reader.finish();
    merge(spec.leaves, read);
}

} // namespace k8s_node
