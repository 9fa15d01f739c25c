// Which EndpointSlices the Service kube-dns should have. Pure: every control plane computes the
// same from the same state of the cluster, so that none of them has to lead.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

namespace k8s_node::dns_endpoints {

using Json = nlohmann::json;

inline constexpr std::string_view slices_path =
    "/apis/discovery.k8s.io/v1/namespaces/kube-system/endpointslices";

/// The DNS server of this control plane.
struct OwnServer {
    std::string node;
    std::string address; ///< or one of each family, separated by a comma
    int port = 0;
    bool is_node = true; ///< false on a control plane without a kubelet: it has no Node object
};

/// The cluster as it is known. All of it must be current.
struct Seen {
    std::map<std::string, bool> nodes;  ///< the name of each Node object, and if it is Ready
    std::set<std::string> api_servers;  ///< addresses behind the Service kubernetes
    std::map<std::string, Json> slices; ///< by name; those that this program has made for kube-dns
};

enum class StepKind { create, update, remove };

/// One change to the EndpointSlices.
struct Step {
    StepKind kind = StepKind::create;
    std::string name;
    Json object;         ///< as it should be; for a removal as it was
    std::string message; ///< for people
};

/// Returns the name of the slice of a control plane.
[[nodiscard]] std::string slice_name(std::string_view node);

/// Returns the name of its slice with the address of the second family: a slice has one family.
[[nodiscard]] std::string second_slice_name(std::string_view node);

/// Returns if a Node object is Ready.
[[nodiscard]] bool is_ready(const Json& node);

/// Returns the addresses of a slice's endpoints that are ready.
[[nodiscard]] std::set<std::string> ready_addresses(const Json& slice);

/// Returns what is to be changed:
/// - the own slice exists while the own Node object does, and names the own server;
/// - a slice whose Node object is gone goes, too;
/// - a server is ready while its node is Ready and its API server is one of the cluster's, which
///   drops one that has died within 15 s (k8s.io/kubernetes,
///   pkg/controlplane/reconcilers/lease.go) and knows only addresses of the first family. If that
///   is true of none, all are: better to ask a doubtful server than none.
[[nodiscard]] std::vector<Step> steps_to_truth(const Seen& seen, const OwnServer& own);

} // namespace k8s_node::dns_endpoints
