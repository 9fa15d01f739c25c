#include "rotation/node_report.hpp"

#include "cluster/json_text.hpp"
#include "join/pin.hpp"
#include "support/text.hpp"

namespace k8s_node {

namespace {

using cluster::part_at;
using cluster::text_at;

constexpr std::string_view trusts = "trusts=";
constexpr std::string_view uses = "uses=";
constexpr const char* control_plane_label = "node-role.kubernetes.io/control-plane";

std::set<std::string> pins_in(std::string_view list) {
    std::set<std::string> pins;
    for (const auto& each : split(std::string(list), ',')) {
        if (is_pin(each)) {
            pins.insert(each);
        }
    }
    return pins;
}

std::string list_of(const std::set<std::string>& pins) {
    return join(std::vector(pins.begin(), pins.end()), ",");
}

std::string lack_of(const std::string& text, const std::string& new_pin, Phase phase) {
    if (text.empty()) {
        return "has not said yet which CAs it trusts";
    }
    const auto report = parse_report(text);
    if (!report.trusted.contains(new_pin)) {
        return "does not trust the new CA yet";
    }
    if (phase == Phase::drop && report.used != std::set{new_pin}) {
        return "still uses certificates of the old CA";
    }
    return {};
}

} // namespace

std::string report_text(const NodeReport& report) {
    return std::string(trusts) + list_of(report.trusted) + ";" + std::string(uses) +
           list_of(report.used);
}

NodeReport parse_report(const std::string& text) {
    NodeReport report;
    for (const std::string& part : split(text, ';')) {
        if (part.starts_with(trusts)) {
            report.trusted = pins_in(std::string_view(part).substr(trusts.size()));
        } else if (part.starts_with(uses)) {
            report.used = pins_in(std::string_view(part).substr(uses.size()));
        }
    }
    return report;
}

std::string pin_of_signer(std::span<const CertificateHandle> chain,
                          std::span<const CertificateHandle> bundle) {
    for (std::size_t i = 0; !chain.empty() && i < bundle.size(); ++i) {
        if (!distrust_reason(chain, bundle.subspan(i, 1))) {
            return pin_of(bundle[i]);
        }
    }
    return {};
}

Findings find_laggards(const nlohmann::json& nodes, const std::string& own,
                       const std::string& new_pin, Phase phase) {
    Findings findings;
    for (const auto& node : part_at(nodes, "items")) {
        const auto metadata = part_at(node, "metadata");
        const auto name = text_at(metadata, "name");
        const auto lack = lack_of(text_at(part_at(metadata, "annotations"), authorities_annotation),
                                  new_pin, phase);
        if (name != own && !lack.empty()) {
            findings.push_back(
                {"RotationNode-" + name, Severity::error,
                 std::string("node ").append(name).append(" ").append(lack),
                 "a node of this program follows within six hours, at once by k8s-node-install "
                 "certs renew on it; one of kubeadm join never does: give it the new CA by hand, "
                 "then --ignore-preflight RotationNode-" +
                     name});
        }
    }
    return findings;
}

std::set<std::string> other_control_planes(const nlohmann::json& nodes, const std::string& own) {
    std::set<std::string> names;
    for (const auto& node : part_at(nodes, "items")) {
        const auto metadata = part_at(node, "metadata");
        const auto name = text_at(metadata, "name");
        if (name != own && part_at(metadata, "labels").contains(control_plane_label)) {
            names.insert(name);
        }
    }
    return names;
}

} // namespace k8s_node
