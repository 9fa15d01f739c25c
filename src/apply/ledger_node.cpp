// What a node leaves beside files, and what of it was there before it.
#include <filesystem>
#include <net/if.h>

#include "apply/ledger.hpp"
#include "host/foreign_data.hpp"
#include "support/text.hpp"

namespace k8s_node {

namespace {

bool is_pattern(const std::string& text) {
    return text.find_first_of("*?[") != std::string::npos;
}

/// The users of a sysusers.d(5) file: "u NAME …".
void note_users(const std::string& text, Ledger& ledger, const Root& root) {
    const auto passwd = "\n" + read_file_if_exists(root.at("/etc/passwd")).value_or("");
    const auto group = "\n" + read_file_if_exists(root.at("/etc/group")).value_or("");
    for (const auto& line : split_lines(text)) {
        const auto words = split(line, ' ');
        if (words.size() < 2 || words[0] != "u" || ledger.users.contains(words[1])) {
            continue;
        }
        if (passwd.find("\n" + words[1] + ":") != std::string::npos) {
            ledger.found.insert("user " + words[1]);
        } else if (!ledger.found.contains("user " + words[1])) {
            ledger.users.insert(words[1]);
            if (group.find("\n" + words[1] + ":") != std::string::npos) {
                ledger.found.insert("group " + words[1]);
            }
        }
    }
}

/// A parameter that the kernel does not have yet has no value to go back to.
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

/// What a node is to go on with although it did not make it.
void note_data(const Leavings& leaves, Ledger& ledger, const Root& root) {
    for (const auto& data : host::find_foreign_data(root, leaves, ledger.known_data())) {
        ledger.found.insert(found_data + data.path);
    }
}

/// A directory that is there before us is not noted, and so it stays, emptied.
void note_paths(const Leavings& leaves, Ledger& ledger, const Root& root) {
    for (const auto* list : {&leaves.paths, &leaves.data, &leaves.identity, &leaves.directories}) {
        for (const auto& path : *list) {
            ledger.note_directories(
                is_pattern(path) ? std::filesystem::path(path).parent_path().string() : path, root);
        }
    }
}

/// To be looked for once only: later they are there because of us.
void note_interfaces(const Leavings& leaves, Ledger& ledger) {
    const std::set<std::string> known(ledger.leaves.interfaces.begin(),
                                      ledger.leaves.interfaces.end());
    for (const auto& interface : leaves.interfaces) {
        if (!known.contains(interface) && ::if_nametoindex(interface.c_str()) != 0) {
            ledger.found.insert("interface " + interface);
        }
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
    for (const auto& key : spec.leaves.sysctls) {
        note_sysctl(key, *this, root);
    }
    note_data(spec.leaves, *this, root);
    note_paths(spec.leaves, *this, root);
    note_interfaces(spec.leaves, *this);
    merge(leaves, spec.leaves);
    for (const auto& service : spec.services) {
        units.insert(service.unit);
    }
    programs.insert(spec.needed_programs.begin(), spec.needed_programs.end());
    node_name = spec.node_name;
    cluster_kubeconfig = spec.cluster_kubeconfig;
}

std::set<std::string> Ledger::known_data() const {
    std::set<std::string> known = files;
    known.insert(links.begin(), links.end());
    for (const auto* list : {&leaves.paths, &leaves.data, &leaves.identity}) {
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

void fix_settings(const NodeSpec& spec, const Root& root) {
    auto ledger = read_ledger(root);
    ledger.fixed.clear();
    for (const auto& [name, setting] : spec.settings) {
        if (setting.spec.fixed && setting.value) {
            ledger.fixed[name] = setting.value->text();
        }
    }
    write_ledger(root, ledger);
}

} // namespace k8s_node
