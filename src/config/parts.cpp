#include "config/parts.hpp"

#include <algorithm>

#include "config/interpolate.hpp"
#include "config/json_tree.hpp"
#include "config/reader.hpp"
#include "config/values.hpp"
#include "support/text.hpp"

namespace k8s_node {

namespace {

void require_confined(const std::string& name, const Position& at, Diagnostics& diagnostics) {
    if (!is_confined_path(name)) {
        diagnostics.add(at, "'" + name + "' must be a relative path without '..'");
    }
}

/// A place on the node that one component writes: absolute, and no one else's.
void require_place(const std::string& path, const Position& at, const NodeSpec& spec,
                   Diagnostics& diagnostics) {
    if (!is_plain_absolute_path(path)) {
        diagnostics.add(at, "'" + path + "' must be an absolute path without '..'");
    }
    const auto same = [&](const auto& other) { return other.path == path; };
    if (std::any_of(spec.files.begin(), spec.files.end(), same) ||
        std::any_of(spec.links.begin(), spec.links.end(), same) ||
        std::any_of(spec.pki.kubeconfigs.begin(), spec.pki.kubeconfigs.end(), same) ||
        std::any_of(spec.pki.encryption_configs.begin(), spec.pki.encryption_configs.end(), same)) {
        diagnostics.add(at, "'" + path + "' is already written by another part of this node");
    }
}

void read_certificate(const Tree::Entry& entry, NodeSpec& spec, Diagnostics& diagnostics) {
    MapReader reader(entry.value, "certificate '" + entry.key + "'", diagnostics);
    CertificateSpec certificate;
    certificate.name = entry.key;
    require_confined(entry.key, entry.key_at, diagnostics);
    certificate.authority = reader.take_text("authority");
    certificate.common_name = reader.require_text("common_name");
    certificate.organizations = reader.take_texts("organizations");
    for (const auto* usage : reader.take_scalars("usages")) {
        certificate.server = certificate.server || usage->text() == "server";
        certificate.client = certificate.client || usage->text() == "client";
        if (usage->text() != "server" && usage->text() != "client") {
            diagnostics.add(usage->at(), "unknown usage '" + usage->text() + "'",
                            "usages are server and client");
        }
    }
    certificate.dns_names = reader.take_texts("dns");
    for (const auto* address : reader.take_scalars("ips")) {
        certificate.ip_addresses.push_back(address->text());
        if (!is_ip(address->text())) {
            diagnostics.add(address->at(), "'" + address->text() + "' is not an IP address");
        }
    }
    reader.finish();
    spec.pki.certificates.push_back(std::move(certificate));
}

void read_kubeconfig(const Tree::Entry& entry, NodeSpec& spec, Diagnostics& diagnostics) {
    MapReader reader(entry.value, "kubeconfig '" + entry.key + "'", diagnostics);
    KubeconfigSpec kubeconfig;
    kubeconfig.path = entry.key;
    require_place(entry.key, entry.key_at, spec, diagnostics);
    kubeconfig.server = reader.require_text("server");
    kubeconfig.authority = reader.require_text("authority");
    kubeconfig.cluster = reader.take_text("cluster", "kubernetes");
    kubeconfig.common_name = reader.require_text("common_name");
    kubeconfig.organizations = reader.take_texts("organizations");
    reader.finish();
    spec.pki.kubeconfigs.push_back(std::move(kubeconfig));
}

EncryptionProvider read_provider(MapReader& reader, Diagnostics& diagnostics) {
    const auto word = reader.require_text("provider");
    for (const auto provider : {EncryptionProvider::secretbox, EncryptionProvider::aescbc,
                                EncryptionProvider::identity}) {
        if (word == to_text(provider)) {
            return provider;
        }
    }
    diagnostics.add(reader.at("provider"), "unknown provider '" + word + "'",
                    "providers are secretbox, aescbc and identity");
    return EncryptionProvider::identity;
}

void read_encryption_config(const Tree::Entry& entry, NodeSpec& spec, Diagnostics& diagnostics) {
    MapReader reader(entry.value, "encryption configuration '" + entry.key + "'", diagnostics);
    EncryptionSpec encryption;
    encryption.path = entry.key;
    require_place(entry.key, entry.key_at, spec, diagnostics);
    encryption.provider = read_provider(reader, diagnostics);
    if (auto resources = reader.take_texts("resources"); !resources.empty()) {
        encryption.resources = std::move(resources);
    }
    reader.finish();
    spec.pki.encryption_configs.push_back(std::move(encryption));
}

void read_file_entry(const std::string& component, const Tree::Entry& entry, NodeSpec& spec,
                     Diagnostics& diagnostics) {
    MapReader reader(entry.value, "file '" + entry.key + "'", diagnostics);
    HostFile file;
    file.path = entry.key;
    file.component = component;
    file.mode = reader.take_mode("mode", 0644);
    if (const auto* tree = reader.take("tree")) {
        file.content = to_yaml(*tree);
    } else {
        file.content = reader.require_text("content");
    }
    require_place(file.path, entry.key_at, spec, diagnostics);
    reader.finish();
    spec.files.push_back(std::move(file));
}

void read_config(const Tree::Entry& entry, NodeSpec& spec, Diagnostics& diagnostics) {
    MapReader reader(entry.value, "config '" + entry.key + "'", diagnostics);
    ConfigFile config{entry.key, {}};
    if (const auto* tree = reader.take("tree")) {
        config.content = to_yaml(*tree);
    } else {
        config.content = reader.require_text("content");
    }
    if (entry.key.find('/') != std::string::npos || !is_confined_path(entry.key)) {
        diagnostics.add(entry.key_at, "'" + entry.key + "' is not the name of a file");
    }
    if (std::any_of(spec.configs.begin(), spec.configs.end(),
                    [&](const auto& other) { return other.name == config.name; })) {
        diagnostics.add(entry.key_at, "two components declare the config " + config.name);
    }
    reader.finish();
    spec.configs.push_back(std::move(config));
}

std::string text_at(const Tree& tree, std::string_view key) {
    const auto* value = tree.find(key);
    return value == nullptr ? std::string() : value->text();
}

void read_object(const Tree& tree, NodeSpec& spec, Diagnostics& diagnostics) {
    const auto* metadata = tree.find("metadata");
    const auto kind = text_at(tree, "kind");
    const auto name = metadata == nullptr ? std::string() : text_at(*metadata, "name");
    if (kind.empty() || name.empty() || text_at(tree, "apiVersion").empty()) {
        diagnostics.add(tree.at(), "a cluster object needs apiVersion, kind and metadata.name");
        return;
    }
    spec.objects.push_back({kind + "/" + name, to_json(tree)});
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
    reader.finish();
}

void read_ports(const std::string& component, const std::vector<const Tree*>& ports, NodeSpec& spec,
                Diagnostics& diagnostics) {
    for (const auto* port : ports) {
        const auto number = parse_integer(port->text());
        if (!number || *number < 1 || *number > 65535) {
            diagnostics.add(port->at(), "'" + port->text() + "' is not a port");
            continue;
        }
        spec.ports.push_back({static_cast<std::uint16_t>(*number), component});
    }
}

/// Calls `read` for each entry of the map under `key`.
template <typename Read>
void each_entry(MapReader& reader, const std::string& key, Read read) {
    if (const auto* map = reader.take_map(key)) {
        for (const auto& entry : map->entries()) {
            read(entry);
        }
    }
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

void read_parts(const std::string& component, const Tree& body, NodeSpec& spec,
                Diagnostics& diagnostics) {
    MapReader reader(body, "component '" + component + "'", diagnostics);
    each_entry(reader, "certificates",
               [&](const auto& entry) { read_certificate(entry, spec, diagnostics); });
    for (const auto* name : reader.take_scalars("key_pairs")) {
        require_confined(name->text(), name->at(), diagnostics);
        spec.pki.key_pairs.push_back({name->text()});
    }
    each_entry(reader, "kubeconfigs",
               [&](const auto& entry) { read_kubeconfig(entry, spec, diagnostics); });
    each_entry(reader, "encryption_configs",
               [&](const auto& entry) { read_encryption_config(entry, spec, diagnostics); });
    each_entry(reader, "configs",
               [&](const auto& entry) { read_config(entry, spec, diagnostics); });
    each_entry(reader, "files",
               [&](const auto& entry) { read_file_entry(component, entry, spec, diagnostics); });
    for (const auto* link : reader.take_scalar_map("links")) {
        require_place(link->key, link->key_at, spec, diagnostics);
        if (link->value.text().find('\n') != std::string::npos) {
            diagnostics.add(link->value.at(), "a link points at one path, not at several lines");
        }
        spec.links.push_back({link->key, link->value.text(), component});
    }
    if (const auto* objects = reader.take_list("objects")) {
        for (const auto& object : objects->items()) {
            read_object(object, spec, diagnostics);
        }
    }
    read_ports(component, reader.take_scalars("ports"), spec, diagnostics);
    for (auto& program : reader.take_texts("needs_programs")) {
        spec.needed_programs.push_back(std::move(program));
    }
    if (const auto* leaves = reader.take_map("leaves")) {
        read_leavings(*leaves, spec, diagnostics);
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
