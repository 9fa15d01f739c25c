// The `cleanup` part of a component. A name that matches too much would make a reset remove
// things that are not the node's, so each is checked here, where its place in the file is known.
#include "model/cleanup.hpp"

#include <algorithm>

#include "components/parts.hpp"
#include "language/networks.hpp"
#include "language/values.hpp"
#include "support/text.hpp"
#include "yaml/reader.hpp"

namespace k8s_node {

namespace {

bool names_paths(std::string_view kind) {
    return kind == "paths" || kind == "data" || kind == "identity" || kind == "directories";
}

/// True for "/run/x", "/var/lib/x" or "/var/log/x-*": deep enough to belong to one program, with
/// a pattern only in the last part and after some plain text.
bool is_cleanup_path(const std::string& path) {
    if (!is_plain_absolute_path(path)) {
        return false;
    }
    const bool shared = path.starts_with("/usr/") || path.starts_with("/var/");
    const auto levels = std::count(path.begin(), path.end(), '/');
    const auto sign = path.find_first_of(pattern_signs);
    return levels >= (shared ? 3 : 2) && (sign == std::string::npos || sign > path.rfind('/') + 1);
}

/// True for a kernel or systemd name that cannot match everything: it starts with three plain
/// characters.
bool is_cleanup_name(const std::string& name) {
    return name.find('/') == std::string::npos && name.size() >= 3 &&
           name.find_first_of(pattern_signs) >= 3;
}

/// True for a network that is a part of all addresses.
bool is_cleanup_network(const std::string& name) {
    const auto network = parse_network(name);
    return network && network->length >= 8;
}

void check_name(std::string_view kind, const std::string& name, const Position& at,
                Diagnostics& diagnostics) {
    if (names_paths(kind)  ? is_cleanup_path(name)
        : kind == "routes" ? is_cleanup_network(name)
        : kind == "sysctls" || kind == "firewall_comments"
            ? !name.empty() && name.find_first_of(pattern_signs) >= 3
            : is_cleanup_name(name)) {
        return;
    }
    diagnostics.add(at,
                    "'" + name + "' is too broad for a reset: it must be " +
                        (names_paths(kind)  ? "a path deep enough to belong to one program, with a "
                                              "pattern only at the end of its last part"
                         : kind == "routes" ? "a network with a prefix of at least 8 bits"
                                            : "a name that starts with three plain characters"),
                    "for example " + std::string(names_paths(kind)  ? "/var/lib/x"
                                                 : kind == "routes" ? "10.244.0.0/16"
                                                                    : "KUBE-*"));
}

} // namespace

void read_cleanup(const Tree& cleanup, NodeSpec& spec, Diagnostics& diagnostics) {
    MapReader reader(cleanup, "'cleanup'", diagnostics);
    Cleanup read;
    for (const auto& kind : cleanup_kinds) {
        const auto key = std::string(kind.name);
        for (const auto* name : reader.take_scalars(key)) {
            check_name(kind.name, name->text(), name->at(), diagnostics);
            (read.*kind.member).push_back(name->text());
        }
    }
    reader.finish();
    merge(spec.cleanup, read);
}

} // namespace k8s_node
