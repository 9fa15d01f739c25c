#include <gmock/gmock.h>

#include "cluster/ownership.hpp"

namespace k8s_node::cluster {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::IsEmpty;

/// A Node as kube-apiserver 1.36 shows it: kubelet, this program and an
/// administrator have each set a label.
json node() {
    return json::parse(R"({
      "metadata": {
        "labels": {"kubernetes.io/os": "linux", "example.org/team": "red", "example.org/mine": "x"},
        "managedFields": [
          {"manager": "kubelet", "operation": "Update", "fieldsType": "FieldsV1",
           "fieldsV1": {"f:metadata": {"f:labels": {".": {}, "f:kubernetes.io/os": {}}}}},
          {"manager": "k8s-node-install", "operation": "Update", "fieldsType": "FieldsV1",
           "fieldsV1": {"f:metadata": {"f:labels": {"f:example.org/team": {}}}}},
          {"manager": "k8s-node-install", "operation": "Update", "fieldsType": "FieldsV1",
           "fieldsV1": {"f:spec": {"f:unschedulable": {}}}},
          {"manager": "kubectl-label", "operation": "Update", "fieldsType": "FieldsV1",
           "fieldsV1": {"f:metadata": {"f:labels": {"f:example.org/mine": {}}}}}]},
      "spec": {"podCIDR": "10.244.0.0/24"}})");
}

TEST(Ownership, OnlyLabelsThatThisProgramSetAreItsOwn) {
    EXPECT_THAT(labels_set_by_us(node()), ElementsAre("example.org/team"));
    EXPECT_THAT(labels_set_by_us(json::object()), IsEmpty());
}

TEST(Ownership, ANodeThatSaysWhatIsWantedNeedsNoPatch) {
    EXPECT_EQ(node_patch(node(), {{{"example.org/team", "red"}}, "10.244.0.0/24"}), json::object());
}

TEST(Ownership, LabelsChangeAndGoAndThoseOfOthersStay) {
    EXPECT_EQ(node_patch(node(), {{{"example.org/team", "blue"}}, ""}),
              json::parse(R"({"metadata": {"labels": {"example.org/team": "blue"}}})"));
    const auto gone = node_patch(node(), {});
    EXPECT_EQ(gone, json::parse(R"({"metadata": {"labels": {"example.org/team": null}}})"));
    EXPECT_EQ(describe_node_patch(gone), "its label example.org/team goes");
}

TEST(Ownership, APodNetworkIsRecordedOnceAndNeverReplaced) {
    auto fresh = node();
    fresh["spec"] = json::object();
    const OwnedNodeFields wanted{{{"example.org/team", "red"}}, "10.244.7.0/24"};
    const auto patch = node_patch(fresh, wanted);
    EXPECT_EQ(
        patch,
        json::parse(R"({"spec": {"podCIDR": "10.244.7.0/24", "podCIDRs": ["10.244.7.0/24"]}})"));
    EXPECT_EQ(describe_node_patch(patch), "its podCIDR 10.244.7.0/24 is not recorded");
    EXPECT_EQ(node_patch(node(), wanted), json::object());
}

TEST(Ownership, APodNetworkOfEachFamilyIsRecorded) {
    auto fresh = node();
    fresh["spec"] = json::object();
    const auto patch =
        node_patch(fresh, {{{"example.org/team", "red"}}, "10.244.7.0/24,fd00::/64"});
    EXPECT_EQ(patch, json::parse(R"({"spec": {"podCIDR": "10.244.7.0/24",
                                             "podCIDRs": ["10.244.7.0/24", "fd00::/64"]}})"));
}

TEST(Ownership, AnObjectIsOursIfWeAppliedIt) {
    EXPECT_FALSE(is_applied_by_us(node()));
    EXPECT_TRUE(is_applied_by_us(json::parse(R"({"metadata": {"managedFields": [
        {"manager": "k8s-node-install", "operation": "Apply"}]}})")));
}

TEST(Ownership, AnObjectThatSomebodyElseHasWrittenTooIsShared) {
    const auto with = [](const std::string& entry) {
        return json::parse(R"({"metadata": {"managedFields": [
            {"manager": "k8s-node-install", "operation": "Apply"}, )" +
                           entry + "]}}");
    };
    EXPECT_TRUE(is_shared(with(R"({"manager": "kubectl-client-side-apply"})")));
    EXPECT_FALSE(is_shared(with(R"({"manager": "kube-controller-manager"})")));
    EXPECT_FALSE(is_shared(with(R"({"manager": "other", "subresource": "status"})")));
}

} // namespace
} // namespace k8s_node::cluster
