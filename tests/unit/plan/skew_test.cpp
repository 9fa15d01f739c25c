#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "plan/skew.hpp"

namespace k8s_node {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

SkewInput step(const char* from, const char* to) {
    SkewInput input;
    input.node_name = "n1";
    input.roles = {true, true, true};
    input.current = *parse_version(from);
    input.target = *parse_version(to);
    return input;
}

/// "error ReleaseSkip", one for each finding.
std::vector<std::string> found(const SkewInput& input) {
    std::vector<std::string> out;
    for (const auto& finding : check_skew(input)) {
        out.push_back((finding.severity == Severity::error ? "error " : "warning ") + finding.name);
    }
    return out;
}

SkewInput with_kubelet(SkewInput input, const char* node, const char* version) {
    input.kubelets.push_back({node, *parse_version(version)});
    return input;
}

SkewInput with_server(SkewInput input, const char* version) {
    input.other_api_servers.push_back(*parse_version(version));
    return input;
}

SkewInput with_etcd(const char* from, const char* to) {
    auto input = step("1.35.9", "1.36.5");
    input.current_etcd = parse_version(from);
    input.target_etcd = parse_version(to);
    return input;
}

TEST(Skew, OnePatchOrMinorUpIsFine) {
    EXPECT_THAT(found(step("1.36.2", "1.36.5")), IsEmpty());
    EXPECT_THAT(found(step("1.36.5", "1.37.1")), IsEmpty());
    EXPECT_THAT(found(step("1.9.0", "1.10.0")), IsEmpty());
}

TEST(Skew, AJumpOfTwoMinorsNamesTheStepBetween) {
    const auto findings = check_skew(step("1.35.9", "1.37.1"));
    ASSERT_EQ(findings.size(), 1U);
    EXPECT_EQ(findings[0].name, "ReleaseSkip");
    EXPECT_EQ(findings[0].severity, Severity::error);
    EXPECT_THAT(findings[0].hint, HasSubstr("1.36 first"));
}

TEST(Skew, DownIsAWarningForAPatchAndAnErrorForAMinor) {
    EXPECT_THAT(found(step("1.36.5", "1.36.4")), ElementsAre("warning ReleaseDowngrade"));
    EXPECT_THAT(found(step("1.37.1", "1.36.5")), ElementsAre("error ReleaseDowngrade"));
}

TEST(Skew, OtherNodesKubeletsMustFitTheNewApiServer) {
    const auto up = step("1.35.0", "1.36.5");
    EXPECT_THAT(found(with_kubelet(up, "n2", "1.33.0")), IsEmpty());
    EXPECT_THAT(found(with_kubelet(up, "n2", "1.32.9")), ElementsAre("error KubeletSkew"));
    EXPECT_THAT(found(with_kubelet(up, "n2", "1.37.0")), ElementsAre("error KubeletSkew"));
}

TEST(Skew, ThisNodesOwnKubeletGoesWithIt) {
    EXPECT_THAT(found(with_kubelet(step("1.35.0", "1.36.5"), "n1", "1.32.0")), IsEmpty());
    auto control_plane_only = with_kubelet(step("1.35.0", "1.36.5"), "n1", "1.32.0");
    control_plane_only.roles.kubelet = false;
    EXPECT_THAT(found(control_plane_only), ElementsAre("error KubeletSkew"));
}

TEST(Skew, ApiServersStayWithinOneMinor) {
    EXPECT_THAT(found(with_server(step("1.35.0", "1.36.0"), "1.35.9")), IsEmpty());
    EXPECT_THAT(found(with_server(step("1.35.0", "1.36.0"), "1.34.0")),
                ElementsAre("error ApiServerSkew"));
}

TEST(Skew, AWorkerFollowsTheControlPlane) {
    auto worker = step("1.35.0", "1.36.0");
    worker.roles = {false, false, true};
    EXPECT_THAT(found(with_server(worker, "1.36.5")), IsEmpty());
    EXPECT_THAT(found(with_server(worker, "1.35.9")), ElementsAre("error KubeletSkew"));
}

TEST(Skew, ControllersAreNeverNewerThanTheApiServer) {
    auto controllers = step("1.35.0", "1.36.0");
    controllers.roles = {false, true, false};
    EXPECT_THAT(found(with_server(controllers, "1.37.0")), IsEmpty());
    EXPECT_THAT(found(with_server(controllers, "1.35.0")), ElementsAre("error ControllerSkew"));
    EXPECT_THAT(found(with_server(controllers, "1.38.0")), ElementsAre("error ControllerSkew"));
}

TEST(Skew, EtcdGoesOneMinorUpAtATime) {
    EXPECT_THAT(found(with_etcd("3.6.5", "3.6.14")), IsEmpty());
    EXPECT_THAT(found(with_etcd("3.6.14", "3.7.1")), IsEmpty());
    EXPECT_THAT(found(with_etcd("3.5.33", "3.7.1")), ElementsAre("error EtcdSkew"));
    EXPECT_THAT(found(with_etcd("3.7.1", "3.6.14")), ElementsAre("error EtcdSkew"));
    EXPECT_THAT(found(with_etcd("3.6.10", "3.7.1")), ElementsAre("error EtcdSkew"));
    EXPECT_THAT(found(with_etcd("3.6.11", "3.7.0")), IsEmpty());
}

TEST(Skew, SaysWhatGoingBackWouldNotUndo) {
    EXPECT_THAT(lasting_effects(step("1.36.4", "1.36.5")), IsEmpty());
    EXPECT_THAT(lasting_effects(step("1.36.5", "1.37.1")),
                ElementsAre(HasSubstr("storage version")));
    EXPECT_THAT(lasting_effects(with_etcd("3.6.14", "3.7.1")),
                ElementsAre(HasSubstr("storage version"), HasSubstr("snapshot")));
}

} // namespace
} // namespace k8s_node
