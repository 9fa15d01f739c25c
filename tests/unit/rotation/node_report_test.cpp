// What nodes say about the CAs that they trust and use, and who lags behind.
#include <gmock/gmock.h>

#include "rotation/node_report.hpp"

namespace k8s_node {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const std::string old_pin = "sha256:" + std::string(64, 'a');
const std::string new_pin = "sha256:" + std::string(64, 'b');

nlohmann::json node(const std::string& name, const std::string& report) {
    nlohmann::json metadata = {{"name", name}};
    if (!report.empty()) {
        metadata["annotations"] = {{authorities_annotation, report}};
    }
    return {{"metadata", metadata}};
}

std::vector<std::string> laggards(const nlohmann::json& items, Phase phase) {
    std::vector<std::string> names;
    for (const auto& each : find_laggards({{"items", items}}, "control", new_pin, phase)) {
        names.push_back(each.name);
    }
    return names;
}

TEST(NodeReport, IsReadAsItWasWritten) {
    const NodeReport report{{old_pin, new_pin}, {old_pin}};
    EXPECT_EQ(parse_report(report_text(report)), report);
    EXPECT_EQ(parse_report("trusts=nonsense,;x;uses"), NodeReport{});
}

TEST(NodeReport, BeforeTheNewOneIsUsedEveryNodeMustTrustIt) {
    const auto items = nlohmann::json{node("control", ""), node("silent", ""),
                                      node("old", report_text({{old_pin}, {old_pin}})),
                                      node("ready", report_text({{old_pin, new_pin}, {old_pin}}))};
    EXPECT_THAT(laggards(items, Phase::use),
                ElementsAre("RotationNode-silent", "RotationNode-old"));
}

TEST(NodeReport, BeforeTheOldOneIsDroppedNoNodeMayUseIt) {
    const auto items =
        nlohmann::json{node("half", report_text({{old_pin, new_pin}, {old_pin, new_pin}})),
                       node("unknown", "trusts=" + new_pin + ";uses="),
                       node("ready", report_text({{old_pin, new_pin}, {new_pin}}))};
    EXPECT_THAT(laggards(items, Phase::drop),
                ElementsAre("RotationNode-half", "RotationNode-unknown"));
}

TEST(NodeReport, OtherControlPlanesAreFoundByTheirLabel) {
    auto other = node("other", "");
    other["metadata"]["labels"] = {{"node-role.kubernetes.io/control-plane", ""}};
    auto own = node("control", "");
    own["metadata"]["labels"] = other["metadata"]["labels"];
    EXPECT_THAT(other_control_planes({{"items", {own, other, node("worker", "")}}}, "control"),
                ElementsAre("other"));
    EXPECT_THAT(other_control_planes({{"items", {own}}}, "control"), IsEmpty());
}

} // namespace
} // namespace k8s_node
