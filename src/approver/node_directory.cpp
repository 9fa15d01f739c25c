#include "approver/node_directory.hpp"

#include <algorithm>

#include "cluster/json_text.hpp"
#include "pki/certificate_request.hpp"
#include "support/text.hpp"

namespace k8s_node::approver {

namespace {

using cluster::part_at;
using cluster::text_at;

constexpr const char* control_plane_label = "node-role.kubernetes.io/control-plane";

/// As kubelet makes a request of its addresses: a host name may be an address.
void take_address(const nlohmann::json& entry, NodeClaims& claims) {
    const auto type = text_at(entry, "type");
    const auto value = text_at(entry, "address");
    if (type == "InternalIP" || type == "ExternalIP" || type == "Hostname") {
        if (auto address = normal_address(value); !address.empty()) {
            claims.addresses.push_back(std::move(address));
            return;
        }
    }
    if (type == "InternalDNS" || type == "ExternalDNS" || type == "Hostname") {
        claims.dns_names.push_back(normal_name(value));
    }
}

} // namespace

std::string normal_name(std::string_view name) {
    if (name.ends_with('.')) {
        name.remove_suffix(1);
    }
    std::string out(name);
    std::ranges::transform(out, out.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return out;
}

NodeClaims claims_of(const nlohmann::json& node) {
    const auto metadata = part_at(node, "metadata");
    NodeClaims claims;
    claims.name = text_at(metadata, "name");
    claims.is_control_plane = part_at(metadata, "labels").contains(control_plane_label);
    for (const auto& entry : part_at(part_at(node, "status"), "addresses")) {
        take_address(entry, claims);
    }
    return claims;
}

void NodeDirectory::put(NodeClaims claims) {
    const auto name = claims.name;
    nodes_.insert_or_assign(name, std::move(claims));
}

const NodeClaims* NodeDirectory::find(const std::string& name) const {
    const auto found = nodes_.find(name);
    return found == nodes_.end() ? nullptr : &found->second;
}

template <typename Claims>
const NodeClaims* NodeDirectory::other(const std::string& node, Claims&& claims) const {
    const NodeClaims* found = nullptr;
    for (const auto& [name, entry] : nodes_) {
        if (name != node && claims(entry) && (found == nullptr || entry.is_control_plane)) {
            found = &entry;
        }
    }
    return found;
}

const NodeClaims* NodeDirectory::other_with_name(const std::string& node,
                                                 const std::string& dns_name) const {
    return other(node, [&](const NodeClaims& entry) {
        return entry.name == dns_name || contains(entry.dns_names, dns_name);
    });
}

const NodeClaims* NodeDirectory::other_with_address(const std::string& node,
                                                    const std::string& address) const {
    return other(node, [&](const NodeClaims& entry) { return contains(entry.addresses, address); });
}

} // namespace k8s_node::approver
