#include "approver/decision.hpp"

#include <optional>
#include <set>
#include <variant>

#include "pki/certificate_request.hpp"
#include "support/error.hpp"
#include "support/text.hpp"

namespace k8s_node::approver {

namespace {

constexpr std::string_view user_prefix = "system:node:";
constexpr const char* nodes_group = "system:nodes";

Decision denial(const char* reason, std::string message) {
    return {Verdict::deny, reason, std::move(message)};
}

Decision delay(const char* reason, std::string message) {
    return {Verdict::wait, reason, std::move(message)};
}

/// Returns the name of the node that asks; empty if it is no node.
std::string requesting_node(const SigningRequest& request) {
    const auto name = request.user.starts_with(user_prefix)
                          ? request.user.substr(user_prefix.size())
                          : std::string();
    return is_dns_subdomain(name) && contains(request.groups, nodes_group) ? name : "";
}

std::optional<Decision> check_usages(const std::vector<std::string>& usages) {
    const std::set<std::string> asked(usages.begin(), usages.end());
    const std::set<std::string> least = {"digital signature", "server auth"};
    auto most = least;
    most.insert("key encipherment"); // of RSA keys
    if (asked == least || asked == most) {
        return std::nullopt;
    }
    return denial("UsagesAreNotAServers",
                  "the usages are not digital signature, server auth and, for RSA, key "
                  "encipherment, but: " +
                      join(usages, ", "));
}

std::variant<CertificateRequest, Decision> read_contents(const SigningRequest& request) {
    try {
        return parse_certificate_request(request.pem);
    } catch (const Error& error) {
        return denial("NotAsKubeletsWriteIt", error.message());
    }
}

std::optional<Decision> check_contents(const SigningRequest& request,
                                       const CertificateRequest& contents) {
    if (contents.common_name != request.user) {
        return denial("SubjectIsNotTheNode", "the common name '" + contents.common_name +
                                                 "' is not that of the requesting user '" +
                                                 request.user + "'");
    }
    if (contents.organizations != std::vector<std::string>{nodes_group}) {
        return denial("SubjectIsNotTheNode",
                      "the organizations are not exactly system:nodes, but '" +
                          join(contents.organizations, "', '") + "'");
    }
    if (contents.dns_names.empty() && contents.ip_addresses.empty()) {
        return denial("NoNames", "it asks for no name and no address");
    }
    return std::nullopt;
}

/// One alternative name with what is known about it.
struct Wanted {
    std::string what;                   ///< "address 192.0.2.1"
    std::optional<std::string> why_not; ///< no node may have it
    bool is_own = false;                ///< its own Node object has it
    const NodeClaims* other = nullptr;  ///< another node that it belongs to
    bool is_others_name = false;        ///< not only claimed: it is the name of that Node object
};

Wanted want_name(const std::string& node, const std::string& written, const NodeDirectory& nodes,
                 const Reserved& reserved) {
    static const NodeClaims nothing;
    const auto name = normal_name(written);
    const auto* self = nodes.find(node);
    Wanted wanted{"name " + written, reserved.why_not_name(name)};
    if (name == node) { // its own, whoever else claims it as a host name
        wanted.is_own = true;
        return wanted;
    }
    wanted.is_own = contains((self == nullptr ? nothing : *self).dns_names, name);
    wanted.other = nodes.find(name);
    wanted.is_others_name = wanted.other != nullptr;
    if (!wanted.is_others_name) {
        wanted.other = nodes.other_with_name(node, name);
    }
    return wanted;
}

Wanted want_address(const std::string& node, const std::string& address, const NodeDirectory& nodes,
                    const Reserved& reserved) {
    const auto* self = nodes.find(node);
    return {"address " + address, reserved.why_not_address(address),
            self != nullptr && contains(self->addresses, address),
            nodes.other_with_address(node, address)};
}

/// Denies what no node but another one will have rightfully as long as that one exists.
std::optional<Decision> check_for_denial(const Wanted& wanted) {
    if (wanted.why_not) {
        return denial("NotForNodes", "the " + wanted.what + " " + *wanted.why_not);
    }
    if (wanted.other != nullptr && (wanted.is_others_name || wanted.other->is_control_plane)) {
        return denial("BelongsToAnotherNode",
                      "the " + wanted.what + " belongs to the " +
                          (wanted.other->is_control_plane ? "control plane " : "node ") +
                          wanted.other->name);
    }
    return std::nullopt;
}

/// Two workers may claim one address for a while: a machine that has got another name. Neither is
/// believed.
std::optional<Decision> check_for_delay(const std::string& node, const Wanted& wanted) {
    if (!wanted.is_own) {
        return delay("NotInNode",
                     "the Node object " + node + " does not have the " + wanted.what + " yet");
    }
    if (wanted.other != nullptr) {
        return delay("ClaimedTwice", "the Node objects " + node + " and " + wanted.other->name +
                                         " both have the " + wanted.what +
                                         "; delete the one that is no longer in the cluster, or "
                                         "find out which one claims what is not its own");
    }
    return std::nullopt;
}

Decision decide_names(const std::string& node, const std::vector<Wanted>& wanted,
                      const NodeDirectory& nodes) {
    for (const auto& one : wanted) {
        if (auto denied = check_for_denial(one)) {
            return *std::move(denied);
        }
    }
    if (nodes.find(node) == nullptr) {
        return delay("NoNode", "there is no Node object " + node + " yet");
    }
    for (const auto& one : wanted) {
        if (auto delayed = check_for_delay(node, one)) {
            return *std::move(delayed);
        }
    }
    return {Verdict::approve, "NamesAreTheNodes",
            "the node asks for itself, and all names and addresses are those of its Node object"};
}

Decision decide_contents(const std::string& node, const CertificateRequest& contents,
                         const NodeDirectory& nodes, const Reserved& reserved) {
    std::vector<Wanted> wanted;
    for (const auto& name : contents.dns_names) {
        wanted.push_back(want_name(node, name, nodes, reserved));
    }
    for (const auto& address : contents.ip_addresses) {
        wanted.push_back(want_address(node, address, nodes, reserved));
    }
    return decide_names(node, wanted, nodes);
}

} // namespace

Decision decide(const SigningRequest& request, const NodeDirectory& nodes,
                const Reserved& reserved) {
    const auto node = requesting_node(request);
    if (node.empty()) {
        return denial("RequesterIsNoNode", "only a node may ask for a kubelet's serving "
                                           "certificate, and user '" +
                                               request.user + "' is none");
    }
    if (auto denied = check_usages(request.usages)) {
        return *std::move(denied);
    }
    auto read = read_contents(request);
    if (auto* denied = std::get_if<Decision>(&read)) {
        return std::move(*denied);
    }
    const auto& contents = std::get<CertificateRequest>(read);
    if (auto denied = check_contents(request, contents)) {
        return *std::move(denied);
    }
    return decide_contents(node, contents, nodes, reserved);
}

} // namespace k8s_node::approver
