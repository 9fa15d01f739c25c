#include <gtest/gtest.h>

#include "join/admission.hpp"
#include "support/time.hpp"

namespace k8s_node {
namespace {

const Newcomer newcomer{"n1", "this-machine", {1, 36, 5}};

nlohmann::json node(const char* ready, const char* machine = "another") {
    return {{"status",
             {{"nodeInfo", {{"machineID", machine}}},
              {"conditions", {{{"type", "Ready"}, {"status", ready}}}}}}};
}

nlohmann::json lease(const char* renewed) {
    return {{"spec", {{"renewTime", renewed}}}};
}

bool is_taken(const NameHolder& holder) {
    return check_name(newcomer, holder, *parse_utc("2027-03-01T12:00:00Z")).has_value();
}

TEST(NodeName, IsFreeIfNobodyHasIt) {
    EXPECT_FALSE(is_taken({nlohmann::json::object(), nlohmann::json::object()}));
}

TEST(NodeName, IsTakenByAnotherMachineThatIsAlive) {
    EXPECT_TRUE(is_taken({node("True"), lease("2027-03-01T11:59:58.123456Z")}));
    EXPECT_TRUE(is_taken({node("True"), nlohmann::json::object()})) << "the lease is not shown";
}

TEST(NodeName, IsFreeOnceThatMachineIsGone) {
    EXPECT_FALSE(is_taken({node("Unknown"), lease("2027-03-01T11:50:00.000000Z")}));
    EXPECT_FALSE(is_taken({node("True"), lease("2027-03-01T11:58:30.000000Z")}))
        << "it died, and the cluster has not noticed yet";
}

TEST(NodeName, IsThisMachinesAgainAfterAReset) {
    EXPECT_FALSE(is_taken({node("True", "this-machine"), lease("2027-03-01T11:59:58.000000Z")}));
}

} // namespace
} // namespace k8s_node
