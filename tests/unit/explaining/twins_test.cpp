#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "explaining/patient.hpp"

namespace k8s_node {
namespace {

using cluster::NodeVersions;
using testing::HasSubstr;
using testing::IsEmpty;

NodeVersions node(const char* name, const char* machine_id) {
    NodeVersions out;
    out.name = name;
    out.machine_id = machine_id;
    return out;
}

TEST(Twins, AreNodesWithTheSameMachineId) {
    EXPECT_THAT(check_twins("n1", "aa", {node("n1", "aa"), node("n2", "bb"), node("n3", "")}),
                IsEmpty());
    EXPECT_THAT(check_twins("n1", "", {node("n1", ""), node("n2", "")}), IsEmpty());
    const auto found = check_twins("n1", "aa", {node("n1", "aa"), node("n2", "aa")});
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].name, "MachineIdUnique");
    EXPECT_THAT(found[0].message, HasSubstr("n2"));
    EXPECT_THAT(found[0].hint, HasSubstr("systemd-machine-id-setup"));
}

} // namespace
} // namespace k8s_node
