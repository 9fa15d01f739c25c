// Records the things besides files that a node leaves behind, and those of them that existed
// before.
#include <algorithm>
#include <filesystem>
#include <net/if.h>

#include "generations/ledger.hpp"
#include "host/accounts.hpp"
#include "host/foreign_data.hpp"
#include "support/text.hpp"
#include "teardown/routes.hpp"

namespace k8s_node {

namespace {

/// Records the users of a sysusers.d(5) file: "u NAME …".
void note_users(const std::string& text, Ledger& ledger, const Root& root) {
    const auto there = host::user_names(root);
    const auto groups = host::group_names(root);
    for (const auto& line : split_lines(text)) {
        const auto fields = split(line, ' ');
        if (fields.size() < 2 || fields[0] != "u" || ledger.users.contains(fields[1])) {
            continue;
        }
        if (there.contains(fields[1])) {
            ledger.found.insert("user " + fields[1]);
        } else if (!ledger.found.contains("user " + fields[1])) {
            ledger.users.insert(fields[1]);
            if (groups.contains(fields[1])) {
                ledger.found.insert("group " + fields[1]);
            }
        }
    }
}

/// A parameter that the kernel does not have yet has no value to restore.
void note_sysctl(const std::string& key, Ledger& ledger, const Root& root) {
    if (!ledger.sysctls.contains(key)) {
        const auto file = root.at("/proc/sys") / replace_all(key, ".", "/");
        const auto value = read_file_if_exists(file).value_or("");
        ledger.sysctls[key] = std::string(trim(value));
    }
}

void note_sysctl_file(const std::string& text, Ledger& ledger, const Root& root) {
    for (const auto& line : split_lines(text)) {
        const auto equals = line.find('=');
        if (!line.starts_with('#') && equals != std::string::npos) {
            note_sysctl(std::string(trim(line.substr(0, equals))), ledger, root);
        }
    }
}

constexpr const char* found_data = "data ";

/// Records the data that the node goes on using although it did not create them.
void note_data(const Cleanup& cleanup, Ledger& ledger, const Root& root) {
    for (const auto& data : host::find_foreign_data(root, cleanup, ledger.known_data())) {
        ledger.found.insert(found_data + data.path);
    }
}

/// A directory that existed before us is not recorded, so a reset empties it and keeps it.
void note_paths(const Cleanup& cleanup, Ledger& ledger, const Root& root) {
    for (const auto* list :
         {&cleanup.paths, &cleanup.data, &cleanup.identity, &cleanup.directories}) {
        for (const auto& path : *list) {
            ledger.note_directories(
                is_pattern(path) ? std::filesystem::path(path).parent_path().string() : path, root);
        }
    }
}

/// Checked only once: afterwards the interfaces exist because of us.
void note_interfaces(const Cleanup& cleanup, Ledger& ledger) {
    const std::set<std::string> known(ledger.cleanup.interfaces.begin(),
                                      ledger.cleanup.interfaces.end());
    for (const auto& interface : cleanup.interfaces) {
        if (!known.contains(interface) && ::if_nametoindex(interface.c_str()) != 0) {
            ledger.found.insert("interface " + interface);
        }
    }
}

/// Likewise.
void note_routes(const Cleanup& cleanup, Ledger& ledger) {
    std::vector<std::string> added;
    std::ranges::copy_if(cleanup.routes, std::back_inserter(added), [&](const auto& network) {
        return std::ranges::find(ledger.cleanup.routes, network) == ledger.cleanup.routes.end();
    });
    if (added.empty()) {
        return;
    }
    for (const auto& route : teardown::routes_to_parts(teardown::read_gateway_routes(), added)) {
        ledger.found.insert("route " + route.text());
    }
}

} // namespace

void Ledger::note_node(const NodeSpec& spec, const Root& root) {
    for (const auto& file : spec.files) {
        if (file.path.starts_with("/etc/sysusers.d/")) {
            note_users(file.content, *this, root);
        } else if (file.path.starts_with("/etc/sysctl.d/")) {
            note_sysctl_file(file.content, *this, root);
        }
    }
    for (const auto& key : spec.cleanup.sysctls) {
        note_sysctl(key, *this, root);
    }
    note_data(spec.cleanup, *this, root);
    note_paths(spec.cleanup, *this, root);
    note_interfaces(spec.cleanup, *this);
    note_routes(spec.cleanup, *this);
    merge(cleanup, spec.cleanup);
    for (const auto& service : spec.services) {
        units.insert(service.unit);
    }
    programs.insert(spec.needed_programs.begin(), spec.needed_programs.end());
    node_name = spec.node_name;
    cluster_kubeconfig = spec.cluster_kubeconfig;
    note_provided(spec.provided);
}

/// A part that a unit once played is never forgotten: the run that drops it may be rolled back.
void Ledger::note_provided(const Provided& now) {
    const auto keep = [](auto& known, const auto& later) { known = later ? later : known; };
    keep(provided.etcd, now.etcd);
    keep(provided.api_server, now.api_server);
    keep(provided.kubelet, now.kubelet);
    provided.controllers = now.controllers;
    provided.node_agents = now.node_agents;
}

std::set<std::string> Ledger::known_data() const {
    std::set<std::string> known = files;
    known.insert(links.begin(), links.end());
    for (const auto* list : {&cleanup.paths, &cleanup.data, &cleanup.identity}) {
        known.insert(list->begin(), list->end());
    }
    for (const auto& one : found) {
        if (one.starts_with(found_data)) {
            known.insert(one.substr(std::string_view(found_data).size()));
        }
    }
    return known;
}

bool Ledger::is_found_data(const std::string& path) const {
    return found.contains(found_data + path);
}

void fix_settings(const Manifest& manifest, const Root& root) {
    auto ledger = read_ledger(root);
    ledger.fixed = manifest.fixed;
    write_ledger(root, ledger);
}

} // namespace k8s_node
