// The parts of a component that declare or name keys.
#include <algorithm>
#include <arpa/inet.h>

#include "components/parts.hpp"
#include "language/values.hpp"
#include "support/text.hpp"

namespace k8s_node {

namespace {

/// True for "name.example" and for the wildcard "*.name.example".
bool is_certificate_name(const std::string& text) {
    return is_dns_subdomain(text.starts_with("*.") ? text.substr(2) : text);
}

/// Sorts names and addresses given in any order: a certificate keeps them apart, and a client
/// looks for an address among the addresses only.
void add_subject(const Tree& subject, CertificateSpec& certificate, Diagnostics& diagnostics) {
    const auto& text = subject.text();
    auto& into = is_ip(text) ? certificate.ip_addresses : certificate.dns_names;
    if (!is_ip(text) && !is_certificate_name(text)) {
        diagnostics.add(subject.at(), "'" + text + "' is neither a DNS name nor an IP address",
                        "a name has letters, digits and '-', with dots between its parts");
        return;
    }
    if (std::find(into.begin(), into.end(), text) == into.end()) {
        into.push_back(text);
    }
}

void read_subjects(MapReader& reader, CertificateSpec& certificate, Diagnostics& diagnostics) {
    for (const auto* name : reader.take_scalars("dns")) {
        add_subject(*name, certificate, diagnostics);
    }
    for (const auto* address : reader.take_scalars("ips")) {
        if (is_ip(address->text())) {
            add_subject(*address, certificate, diagnostics);
        } else {
            diagnostics.add(address->at(), "'" + address->text() + "' is not an IP address",
                            "names belong to 'dns'");
        }
    }
}

/// Takes the name of a CA and records it for check_authorities().
std::string take_authority(MapReader& reader, NodeParts& node) {
    const auto* authority = reader.take("authority");
    auto name = reader.take_text("authority");
    if (authority != nullptr && authority->is_scalar()) {
        node.authorities.push_back({name, authority->at()});
    }
    return name;
}

void read_certificate(const Tree::Entry& entry, NodeParts& node) {
    MapReader reader(entry.value, "certificate '" + entry.key + "'", node.diagnostics);
    CertificateSpec certificate;
    certificate.name = entry.key;
    node.claims.key_files(entry.key, ".crt", entry.key_at);
    certificate.authority = take_authority(reader, node);
    certificate.common_name = reader.require_text("common_name");
    certificate.organizations = reader.take_texts("organizations");
    for (const auto* usage : reader.take_scalars("usages")) {
        certificate.server = certificate.server || usage->text() == "server";
        certificate.client = certificate.client || usage->text() == "client";
        if (usage->text() != "server" && usage->text() != "client") {
            node.diagnostics.add(usage->at(), "unknown usage '" + usage->text() + "'",
                                 "usages are server and client");
        }
    }
    read_subjects(reader, certificate, node.diagnostics);
    reader.finish();
    node.spec.pki.certificates.push_back(std::move(certificate));
}

void read_kubeconfig(const Tree::Entry& entry, NodeParts& node) {
    MapReader reader(entry.value, "kubeconfig '" + entry.key + "'", node.diagnostics);
    KubeconfigSpec kubeconfig;
    kubeconfig.path = entry.key;
    node.claims.path(entry.key, entry.key_at);
    kubeconfig.server = reader.require_text("server");
    if (!kubeconfig.server.empty() &&
        (!is_web_url(kubeconfig.server) || !kubeconfig.server.starts_with("https://"))) {
        node.diagnostics.add(reader.at("server"),
                             "'" + kubeconfig.server + "' is not the URL of an API server",
                             "write https://host:port");
    }
    kubeconfig.tls_server_name = reader.take_text("tls_server_name");
    if (!kubeconfig.tls_server_name.empty() && !is_dns_subdomain(kubeconfig.tls_server_name)) {
        node.diagnostics.add(reader.at("tls_server_name"),
                             "'" + kubeconfig.tls_server_name + "' is not a DNS name",
                             "it is the name in the server's certificate that is checked");
    }
    static_cast<void>(reader.require_text("authority"));
    kubeconfig.authority = take_authority(reader, node);
    kubeconfig.cluster = reader.take_text("cluster", "kubernetes");
    kubeconfig.common_name = reader.require_text("common_name");
    kubeconfig.organizations = reader.take_texts("organizations");
    reader.finish();
    node.spec.pki.kubeconfigs.push_back(std::move(kubeconfig));
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

void read_encryption_config(const Tree::Entry& entry, NodeParts& node) {
    MapReader reader(entry.value, "encryption configuration '" + entry.key + "'", node.diagnostics);
    EncryptionSpec encryption;
    encryption.path = entry.key;
    node.claims.path(entry.key, entry.key_at);
    encryption.provider = read_provider(reader, node.diagnostics);
    if (auto resources = reader.take_texts("resources"); !resources.empty()) {
        encryption.resources = std::move(resources);
    }
    reader.finish();
    node.spec.pki.encryption_configs.push_back(std::move(encryption));
}

} // namespace

void read_pki_parts(MapReader& reader, NodeParts& node) {
    each_entry(reader, "certificates", [&](const auto& entry) { read_certificate(entry, node); });
    for (const auto* name : reader.take_scalars("key_pairs")) {
        node.claims.key_files(name->text(), ".pub", name->at());
        node.spec.pki.key_pairs.push_back({name->text()});
    }
    each_entry(reader, "kubeconfigs", [&](const auto& entry) { read_kubeconfig(entry, node); });
    each_entry(reader, "encryption_configs",
               [&](const auto& entry) { read_encryption_config(entry, node); });
}

void check_authorities(const NodeParts& node) {
    std::vector<std::string> names;
    for (const auto& certificate : node.spec.pki.certificates) {
        if (certificate.is_authority()) {
            names.push_back(certificate.name);
        }
    }
    for (const auto& wanted : node.authorities) {
        if (std::find(names.begin(), names.end(), wanted.name) != names.end()) {
            continue;
        }
        const auto near = nearest_word(wanted.name, names);
        node.diagnostics.add(wanted.at,
                             "no component of this node has a certificate authority '" +
                                 wanted.name + "'",
                             near            ? "did you mean '" + *near + "'?"
                             : names.empty() ? "it has none"
                                             : "it has: " + join(names, ", "));
    }
}

} // namespace k8s_node
