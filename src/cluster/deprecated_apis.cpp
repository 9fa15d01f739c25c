#include "cluster/deprecated_apis.hpp"

#include <algorithm>

#include "cluster/api_error.hpp"
#include "support/text.hpp"

namespace k8s_node::cluster {

namespace {

constexpr std::string_view metric = "apiserver_requested_deprecated_apis{";

/// Returns the value of a label. None of these labels can contain a quote.
std::string label(std::string_view line, std::string_view name) {
    const auto wanted = std::string(name) + "=\"";
    for (auto at = line.find(wanted); at != std::string_view::npos;
         at = line.find(wanted, at + 1)) {
        if (at > 0 && (line[at - 1] == '{' || line[at - 1] == ',')) {
            const auto value = line.substr(at + wanted.size());
            return std::string(value.substr(0, value.find('"')));
        }
    }
    return {};
}

} // namespace

std::string DeprecatedApi::text() const {
    return (group.empty() ? "" : group + "/") + version + " " + resource;
}

std::vector<DeprecatedApi> parse_deprecated_apis(std::string_view metrics) {
    std::vector<DeprecatedApi> out;
    for (const auto& line : split_lines(metrics)) {
        if (!line.starts_with(metric)) {
            continue;
        }
        DeprecatedApi api{label(line, "group"), label(line, "version"), label(line, "resource"),
                          label(line, "removed_release")};
        if (std::ranges::find(out, api) == out.end()) {
            out.push_back(std::move(api));
        }
    }
    return out;
}

std::vector<DeprecatedApi> requested_deprecated_apis(ApiClient& client) {
    const auto reply = client.transport().send({"GET", "/metrics"});
    if (reply.status != 200) {
        throw api_error(reply, "read the API server's metrics");
    }
    return parse_deprecated_apis(reply.body);
}

} // namespace k8s_node::cluster
