#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "join/control_plane_check.hpp"
#include "some_keys.hpp"
#include "unit/support/temporary_directory.hpp"

namespace k8s_node {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class ControlPlaneCheck : public testing::Test {
protected:
    ControlPlaneCheck() {
        data_.keys = some_keys();
        spec_.profile = "master";
        set("kube-controller-manager.leader_elect", "true", "profile");
        set("kube-scheduler.leader_elect", "true", "profile");
    }
    void set(const std::string& name, const std::string& value, const std::string& layer) {
        const auto source = std::make_shared<const SourceText>(SourceText{layer, "file", {}});
        spec_.settings[name].value = Tree::scalar(value, false, {source, 1, 1});
    }
    std::vector<std::string> checks() {
        std::vector<std::string> names;
        for (const auto& finding : check_control_plane(data_, spec_, Root(directory_.path()))) {
            names.push_back(finding.name);
        }
        return names;
    }

    test::TemporaryDirectory directory_;
    JoinData data_;
    NodeSpec spec_;
};

TEST_F(ControlPlaneCheck, HasNothingAgainstOneWithTheKeys) {
    EXPECT_THAT(checks(), IsEmpty());
    directory_.write("/etc/kubernetes/pki/ca.key", some_keys().at("ca.key"));
    EXPECT_THAT(checks(), IsEmpty()) << "an operator has copied them";
}

TEST_F(ControlPlaneCheck, RefusesOneWithoutKeys) {
    data_.keys.clear();
    EXPECT_THAT(checks(), ElementsAre("JoinProfile"));
}

TEST_F(ControlPlaneCheck, RefusesToOverwriteKeys) {
    directory_.write("/etc/kubernetes/pki/ca.key", other_keys().at("ca.key"));
    directory_.write("/etc/kubernetes/pki/sa.pub", other_keys().at("sa.pub"));
    EXPECT_THAT(checks(), ElementsAre("JoinKeys", "JoinKeys"));
}

TEST_F(ControlPlaneCheck, RefusesControllersThatWouldNotShareTheirWork) {
    set("kube-scheduler.leader_elect", "false", "component");
    EXPECT_THAT(checks(), ElementsAre("LeaderElection"));
    data_.begins = NamedAt{"m1", {}};
    EXPECT_THAT(checks(), IsEmpty()) << "the first one may be alone";
}

TEST_F(ControlPlaneCheck, RefusesThePodNetworkOfTheFirstOne) {
    set("bridge-network.node_cidr", "10.244.0.0/24", "profile");
    EXPECT_THAT(checks(), ElementsAre("PodNetwork"));
    set("bridge-network.node_cidr", "10.244.1.0/24", "node configuration");
    EXPECT_THAT(checks(), IsEmpty());
}

} // namespace
} // namespace k8s_node
