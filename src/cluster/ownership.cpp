#include "cluster/ownership.hpp"

#include <algorithm>
#include <vector>

#include "cluster/api_client.hpp"
#include "support/text.hpp"

namespace k8s_node::cluster {

namespace {

using Json = nlohmann::json;

/// Calls `visit` with each entry of the record that is this program's.
template <typename Visit>
void each_entry_of_ours(const Json& object, Visit visit) {
    const auto metadata = object.value("metadata", Json::object());
    for (const auto& entry : metadata.value("managedFields", Json::array())) {
        if (entry.value("manager", "") == field_manager) {
            visit(entry);
        }
    }
}

} // namespace

bool is_applied_by_us(const Json& object) {
    bool found = false;
    each_entry_of_ours(object, [&](const Json& entry) {
        found = found || entry.value("operation", "") == "Apply";
    });
    return found;
}

bool is_shared(const Json& object) {
    const auto metadata = object.value("metadata", Json::object());
    const auto entries = metadata.value("managedFields", Json::array());
    return std::ranges::any_of(entries, [](const Json& entry) {
        const auto manager = entry.value("manager", "");
        return manager != field_manager && manager != "kube-controller-manager" &&
               entry.value("subresource", "").empty();
    });
}

std::set<std::string> labels_set_by_us(const Json& object) {
    static const Json::json_pointer labels("/fieldsV1/f:metadata/f:labels");
    std::set<std::string> out;
    each_entry_of_ours(object, [&](const Json& entry) {
        if (!entry.contains(labels)) {
            return;
        }
        for (const auto& [field, value] : entry.at(labels).items()) {
            if (field.starts_with("f:")) { // "." stands for the map itself
                out.insert(field.substr(2));
            }
        }
    });
    return out;
}

Json node_patch(const Json& node, const OwnedNodeFields& wanted) {
    Json patch = Json::object();
    const auto labels = node.at("metadata").value("labels", Json::object());
    for (const auto& [key, value] : wanted.labels) {
        if (!labels.contains(key) || labels.at(key) != value) {
            patch["metadata"]["labels"][key] = value;
        }
    }
    for (const auto& key : labels_set_by_us(node)) {
        if (!wanted.labels.contains(key) && labels.contains(key)) {
            patch["metadata"]["labels"][key] = nullptr;
        }
    }
    if (!wanted.pod_cidr.empty() &&
        node.value("spec", Json::object()).value("podCIDR", "").empty()) {
        const auto networks = split(wanted.pod_cidr, ',');
        patch["spec"] = {{"podCIDR", networks.front()}, {"podCIDRs", networks}};
    }
    return patch;
}

std::string describe_node_patch(const Json& patch) {
    std::vector<std::string> parts;
    const auto labels = patch.value("metadata", Json::object()).value("labels", Json::object());
    for (const auto& [key, value] : labels.items()) {
        parts.push_back("its label " + key +
                        (value.is_null() ? " goes" : " shall be " + value.dump()));
    }
    if (patch.contains("spec")) {
        parts.push_back("its podCIDR " + patch.at("spec").at("podCIDR").get<std::string>() +
                        " is not recorded");
    }
    return join(parts, "; ");
}

} // namespace k8s_node::cluster
