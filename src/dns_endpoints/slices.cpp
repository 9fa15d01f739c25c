#include "dns_endpoints/slices.hpp"

#include <algorithm>

#include "cluster/api_servers.hpp"
#include "cluster/json_text.hpp"
#include "cluster/node_ready.hpp"
#include "support/text.hpp"

namespace k8s_node::dns_endpoints {

namespace {

using cluster::part_at;
using cluster::says_ready;
using cluster::text_at;

Json ports_of(const OwnServer& own) {
    return {{{"name", "dns"}, {"port", own.port}, {"protocol", "UDP"}},
            {{"name", "dns-tcp"}, {"port", own.port}, {"protocol", "TCP"}}};
}

constexpr std::string_view first_prefix = "kube-dns-";
constexpr std::string_view second_prefix = "kube-dns2-"; // no name with the first one begins so

std::string type_of(const std::string& address) {
    return address.find(':') == std::string::npos ? "IPv4" : "IPv6";
}

/// A slice without its endpoint's condition.
Json new_slice(const std::string& name, const std::string& address, const OwnServer& own) {
    return {{"apiVersion", "discovery.k8s.io/v1"},
            {"kind", "EndpointSlice"},
            {"metadata",
             {{"name", name},
              {"namespace", "kube-system"},
              {"labels",
               {{"kubernetes.io/service-name", "kube-dns"},
                {"endpointslice.kubernetes.io/managed-by", "k8s-node-install"}}}}},
            {"addressType", type_of(address)},
            {"endpoints", Json::array({{{"addresses", {address}}}})},
            {"ports", ports_of(own)}};
}

/// The one endpoint of a slice of ours; an empty object if somebody has taken it out.
Json endpoint_of(const Json& slice) {
    const auto endpoints = part_at(slice, "endpoints");
    return endpoints.is_array() && !endpoints.empty() ? endpoints.front() : Json::object();
}

std::string address_of(const Json& endpoint) {
    const auto addresses = part_at(endpoint, "addresses");
    return addresses.is_array() && !addresses.empty() && addresses.front().is_string()
               ? addresses.front().get<std::string>()
               : std::string();
}

/// True if a slice whose Node object is `node` belongs to nobody any more.
bool is_orphan(const Json& endpoint, const Seen& seen) {
    const auto node = text_at(endpoint, "nodeName");
    return !node.empty() && !seen.nodes.contains(node);
}

/// Returns the address by which the cluster knows the API server next to a DNS server: that of the
/// first family.
std::string known_address(const std::string& name, const Json& endpoint, const Seen& seen) {
    if (!name.starts_with(second_prefix)) {
        return address_of(endpoint);
    }
    const auto first =
        seen.slices.find(std::string(first_prefix) + name.substr(second_prefix.size()));
    return first == seen.slices.end() ? std::string() : address_of(endpoint_of(first->second));
}

/// Returns why a server is taken for dead; empty if it is not.
std::string why_down(const std::string& name, const Json& endpoint, const Seen& seen) {
    const auto node = text_at(endpoint, "nodeName");
    const auto found = seen.nodes.find(node);
    if (!node.empty() && (found == seen.nodes.end() || !found->second)) {
        return "node " + node + " is not Ready";
    }
    const auto known = known_address(name, endpoint, seen);
    if (!seen.api_servers.empty() && !known.empty() && !seen.api_servers.contains(known)) {
        return "its API server is none of the cluster's";
    }
    return {};
}

class Truth {
public:
    Truth(const Seen& seen, const OwnServer& own) : seen_(seen), own_(own) {}

    std::vector<Step> steps() {
        take_own_in();
        any_up_ = std::ranges::any_of(wanted_, [&](const auto& entry) {
            return why_down(entry.first, endpoint_of(entry.second), seen_).empty();
        });
        for (const auto& [name, slice] : wanted_) {
            mend(name, slice);
        }
        return std::move(steps_);
    }

private:
    /// Collects the slices that should exist, with the own one as it should be but for its state.
    void take_own_in() {
        for (const auto& [name, slice] : seen_.slices) {
            const auto endpoint = endpoint_of(slice);
            if (is_orphan(endpoint, seen_)) {
                steps_.push_back({StepKind::remove, name, slice,
                                  "node " + text_at(endpoint, "nodeName") +
                                      " is no longer in the cluster, so its DNS server is not "
                                      "asked any more"});
            } else {
                wanted_[name] = slice;
            }
        }
        if (!own_.is_node || seen_.nodes.contains(own_.node)) {
            const auto addresses = split(own_.address, ',');
            want(slice_name(own_.node), addresses.front());
            if (addresses.size() > 1) {
                want(second_slice_name(own_.node), addresses.back());
            }
        }
    }

    void want(const std::string& name, const std::string& address) {
        auto& slice = wanted_.try_emplace(name, new_slice(name, address, own_)).first->second;
        take_own_server(slice, address);
    }

    /// Leaves alone what the API server may have added.
    void take_own_server(Json& slice, const std::string& address) const {
        auto endpoint = endpoint_of(slice);
        endpoint["addresses"] = {address};
        if (own_.is_node) {
            endpoint["nodeName"] = own_.node;
        } else {
            endpoint.erase("nodeName");
        }
        slice["endpoints"] = Json::array({std::move(endpoint)});
        const auto ports = part_at(slice, "ports");
        const auto is_own = [&](const Json& port) { return part_at(port, "port") == own_.port; };
        if (ports.size() != ports_of(own_).size() || !std::ranges::all_of(ports, is_own)) {
            slice["ports"] = ports_of(own_);
        }
    }

    void mend(const std::string& name, Json slice) {
        const auto endpoint = endpoint_of(slice);
        if (endpoint.empty()) {
            return; // without an endpoint there is nothing to be ready
        }
        const auto why = why_down(name, endpoint, seen_);
        const bool ready = why.empty() || !any_up_;
        if (says_ready(endpoint) != ready || !endpoint.contains("conditions")) {
            slice["endpoints"][0]["conditions"]["ready"] = ready;
        }
        const auto before = seen_.slices.find(name);
        const auto kind = before == seen_.slices.end() ? StepKind::create : StepKind::update;
        if (kind == StepKind::create || before->second != slice) {
            steps_.push_back({kind, name, std::move(slice), text_of(endpoint, ready, why)});
        }
    }

    static std::string text_of(const Json& endpoint, bool ready, const std::string& why) {
        const auto server = "the DNS server at " + address_of(endpoint);
        return ready ? server + " is asked for names" : server + " is not asked any more: " + why;
    }

    const Seen& seen_;
    const OwnServer& own_;
    std::map<std::string, Json> wanted_;
    std::vector<Step> steps_;
    bool any_up_ = false;
};

} // namespace

std::string slice_name(std::string_view node) {
    return std::string(first_prefix) + std::string(node);
}

std::string second_slice_name(std::string_view node) {
    return std::string(second_prefix) + std::string(node);
}

bool is_ready(const Json& node) {
    return cluster::state_of_node(node).phase == cluster::NodePhase::ready;
}

std::set<std::string> ready_addresses(const Json& slice) {
    std::set<std::string> addresses;
    for (const auto& endpoint : part_at(slice, "endpoints")) {
        if (says_ready(endpoint)) {
            addresses.insert(address_of(endpoint));
        }
    }
    return addresses;
}

std::vector<Step> steps_to_truth(const Seen& seen, const OwnServer& own) {
    return Truth(seen, own).steps();
}

} // namespace k8s_node::dns_endpoints
