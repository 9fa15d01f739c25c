// Which Node object claims which names and addresses. Pure.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

namespace k8s_node::approver {

/// What a Node object says of itself. Its kubelet writes the names and addresses; its name, and
/// that it is a control plane, a kubelet cannot choose (admission plugin NodeRestriction).
struct NodeClaims {
    std::string name;
    bool is_control_plane = false;
    std::vector<std::string> dns_names; ///< lower case, without a dot at the end
    std::vector<std::string> addresses; ///< as normal_address()
};

[[nodiscard]] NodeClaims claims_of(const nlohmann::json& node);

/// All Node objects of the cluster.
class NodeDirectory {
public:
    void put(NodeClaims claims);
    void erase(const std::string& name) { nodes_.erase(name); }
    void clear() { nodes_.clear(); }

    /// Returns the node of this name, or null.
    [[nodiscard]] const NodeClaims* find(const std::string& name) const;

    /// Returns a node other than `node` to which a DNS name belongs, or null: its own name, or one
    /// that it claims. That of a control plane is preferred.
    [[nodiscard]] const NodeClaims* other_with_name(const std::string& node,
                                                    const std::string& dns_name) const;
    /// The same for an address.
    [[nodiscard]] const NodeClaims* other_with_address(const std::string& node,
                                                       const std::string& address) const;

private:
    template <typename Claims>
    [[nodiscard]] const NodeClaims* other(const std::string& node, Claims&& claims) const;

    std::map<std::string, NodeClaims> nodes_;
};

/// Returns a DNS name as it is compared: in lower case, without a dot at its end.
[[nodiscard]] std::string normal_name(std::string_view name);

} // namespace k8s_node::approver
