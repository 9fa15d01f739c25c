#include "components/parts.hpp"

#include <algorithm>

#include "components/kubernetes_fields.hpp"
#include "language/interpolate.hpp"
#include "language/networks.hpp"
#include "language/values.hpp"
#include "support/text.hpp"
#include "yaml/ambiguous_scalar.hpp"
#include "yaml/json_tree.hpp"
#include "yaml/reader.hpp"

namespace k8s_node {

namespace {

/// Returns the text of 'content', or the texts of a list one after the other.
std::string require_pieces(MapReader& reader) {
    const auto* content = reader.take("content");
    return content != nullptr && content->is_list() ? join(reader.take_texts("content"), "")
                                                    : reader.require_text("content");
}

/// Returns the content, given as either `tree` or `content`.
std::string take_content(MapReader& reader, Diagnostics& diagnostics) {
    const auto* tree = reader.take("tree");
    if (tree == nullptr) {
        return require_pieces(reader);
    }
    if (reader.take("content") != nullptr) {
        diagnostics.add(reader.at("content"), "both 'tree' and 'content' are given",
                        "leave one of them out");
    }
    report_ambiguous_scalars(*tree, diagnostics);
    check_kubernetes_fields(*tree, diagnostics);
    return to_yaml(*tree);
}

void read_file_entry(const std::string& component, const Tree::Entry& entry, NodeParts& node) {
    MapReader reader(entry.value, "file '" + entry.key + "'", node.diagnostics);
    HostFile file;
    file.path = entry.key;
    file.component = component;
    file.mode = reader.take_mode("mode", 0644);
    file.content = take_content(reader, node.diagnostics);
    node.claims.path(file.path, entry.key_at);
    reader.finish();
    node.spec.files.push_back(std::move(file));
}

void read_config(const Tree::Entry& entry, NodeSpec& spec, Diagnostics& diagnostics) {
    MapReader reader(entry.value, "config '" + entry.key + "'", diagnostics);
    ConfigFile config{entry.key, {}};
    config.content = take_content(reader, diagnostics);
    if (entry.key.find('/') != std::string::npos || !is_confined_path(entry.key)) {
        diagnostics.add(entry.key_at, "'" + entry.key + "' is not a valid file name");
    }
    if (std::any_of(spec.configs.begin(), spec.configs.end(),
                    [&](const auto& other) { return other.name == config.name; })) {
        diagnostics.add(entry.key_at, "two components declare the config " + config.name);
    }
    reader.finish();
    spec.configs.push_back(std::move(config));
}

void read_ready(const Tree& tree, NodeSpec& spec, Diagnostics& diagnostics) {
    MapReader reader(tree, "'ready'", diagnostics);
    const auto node = reader.take_text("node");
    const auto objects = reader.take_text("objects");
    for (auto& label : reader.take_text_map("labels")) {
        spec.node_labels.push_back(std::move(label));
    }
    const auto pod_cidr = reader.take_text("pod_cidr");
    spec.pod_cidr = pod_cidr.empty() ? spec.pod_cidr : pod_cidr;
    spec.node_kubeconfig = node.empty() ? spec.node_kubeconfig : node;
    spec.cluster_kubeconfig = objects.empty() ? spec.cluster_kubeconfig : objects;
    if (const auto* sandbox = reader.take_map("sandbox")) {
        read_sandbox_start(*sandbox, spec, diagnostics);
    }
    reader.finish();
}

/// True if the component has the port already, at another address only.
bool is_at_another_address(const std::vector<ListeningPort>& ports, const std::string& component,
                           std::int64_t number, const std::string& address) {
    return !address.empty() && std::ranges::any_of(ports, [&](const ListeningPort& port) {
        return port.component == component && port.number == number && !port.address.empty() &&
               port.address != address;
    });
}

void read_ports(const std::string& component, const std::vector<const Tree*>& ports,
                NodeParts& node) {
    for (const auto* port : ports) {
        const auto colon = port->text().rfind(':');
        const bool has_address = colon != std::string::npos;
        auto address = has_address ? port->text().substr(0, colon) : std::string();
        if (address.starts_with('[') && address.ends_with(']')) {
            address = address.substr(1, address.size() - 2);
        }
        const auto number = parse_integer(port->text().substr(has_address ? colon + 1 : 0));
        if (!number || *number < 1 || *number > 65535 || (has_address && !parse_network(address))) {
            node.diagnostics.add(port->at(), "'" + port->text() + "' is not a port",
                                 "a TCP port is a number from 1 to 65535, after 'ADDRESS:' if it "
                                 "is bound at one address only");
            continue;
        }
        if (!is_at_another_address(node.spec.ports, component, *number, address)) {
            node.claims.port(*number, port->at());
        }
        node.spec.ports.push_back({static_cast<std::uint16_t>(*number), component, address});
    }
}

void read_link(const std::string& component, const Tree::Entry& link, NodeParts& node) {
    node.claims.path(link.key, link.key_at);
    const auto& target = link.value.text();
    if (target.empty() || target.find('\n') != std::string::npos) {
        node.diagnostics.add(link.value.at(),
                             "a link points at one path, not at " +
                                 std::string(target.empty() ? "nothing" : "several lines"));
    }
    node.spec.links.push_back({link.key, target, component});
}

} // namespace

Argument argument_of(const std::string& text) {
    Argument pieces;
    const auto parts = split(text, credentials_directory_marker);
    for (std::size_t i = 0; i < parts.size(); ++i) {
        if (i > 0) {
            pieces.push_back({true, {}});
        }
        if (!parts[i].empty()) {
            pieces.push_back({false, parts[i]});
        }
    }
    return pieces;
}

void read_parts(const std::string& component, const Tree& body, NodeParts& node) {
    auto& spec = node.spec;
    auto& diagnostics = node.diagnostics;
    MapReader reader(body, "component '" + component + "'", diagnostics);
    read_pki_parts(reader, node);
    each_entry(reader, "configs",
               [&](const auto& entry) { read_config(entry, spec, diagnostics); });
    each_entry(reader, "files",
               [&](const auto& entry) { read_file_entry(component, entry, node); });
    for (const auto* link : reader.take_scalar_map("links")) {
        read_link(component, *link, node);
    }
    if (const auto* objects = reader.take_list("objects")) {
        for (const auto& object : objects->items()) {
            read_object(object, spec, diagnostics);
        }
    }
    read_ports(component, reader.take_scalars("ports"), node);
    for (auto& program : reader.take_texts("needs_programs")) {
        spec.needed_programs.push_back(std::move(program));
    }
    for (auto& module : reader.take_texts("needs_kernel_modules")) {
        spec.kernel_modules.push_back(std::move(module));
    }
    if (const auto* provides = reader.take_map("provides")) {
        read_provided(*provides, node);
    }
    if (const auto* cleanup = reader.take_map("cleanup")) {
        read_cleanup(*cleanup, spec, diagnostics);
    }
    if (const auto* reliance = reader.take_map("relies_on")) {
        read_reliance(*reliance, spec, diagnostics);
    }
    if (const auto* ready = reader.take_map("ready")) {
        read_ready(*ready, spec, diagnostics);
    }
    if (const auto* services = reader.take_map("services")) {
        read_services(component, *services, spec, diagnostics);
    }
    reader.finish();
}

} // namespace k8s_node
