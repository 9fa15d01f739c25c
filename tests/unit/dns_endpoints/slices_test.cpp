#include <gmock/gmock.h>

#include "dns_endpoints/slices.hpp"

namespace k8s_node::dns_endpoints {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

const OwnServer first{"cp1", "192.0.2.1", 53, true};
const OwnServer second{"cp2", "192.0.2.2", 53, true};

/// Carries the steps out, as the API server would.
void carry_out(const std::vector<Step>& steps, Seen& seen) {
    for (const auto& step : steps) {
        if (step.kind == StepKind::remove) {
            seen.slices.erase(step.name);
        } else {
            seen.slices[step.name] = step.object;
        }
    }
}

void settle(Seen& seen, const std::vector<OwnServer>& keepers) {
    for (const auto& keeper : keepers) {
        carry_out(steps_to_truth(seen, keeper), seen);
    }
}

bool is_asked(const Seen& seen, const OwnServer& server) {
    return ready_addresses(seen.slices.at(slice_name(server.node))).contains(server.address);
}

/// Two control planes that work.
Seen two() {
    Seen seen;
    seen.nodes = {{"cp1", true}, {"cp2", true}, {"worker", true}};
    seen.api_servers = {"192.0.2.1", "192.0.2.2"};
    settle(seen, {first, second});
    return seen;
}

TEST(DnsEndpoints, EveryControlPlaneHasOneAndThenThereIsNothingToDo) {
    const auto seen = two();
    EXPECT_THAT(seen.slices, SizeIs(2));
    EXPECT_TRUE(is_asked(seen, first));
    EXPECT_TRUE(is_asked(seen, second));
    const auto& slice = seen.slices.at("kube-dns-cp2");
    EXPECT_EQ(slice["endpoints"][0]["nodeName"], "cp2");
    EXPECT_EQ(slice["ports"][0]["port"], 53);
    EXPECT_THAT(steps_to_truth(seen, first), IsEmpty());
    EXPECT_THAT(steps_to_truth(seen, second), IsEmpty());
}

TEST(DnsEndpoints, AServerOfANodeThatIsNotReadyIsNotAskedUntilItIs) {
    auto seen = two();
    seen.nodes["cp2"] = false;
    const auto steps = steps_to_truth(seen, first);
    ASSERT_THAT(steps, SizeIs(1));
    EXPECT_EQ(steps[0].kind, StepKind::update);
    EXPECT_THAT(steps[0].message, HasSubstr("192.0.2.2 is not asked any more: node cp2 is not"));
    settle(seen, {first});
    EXPECT_TRUE(is_asked(seen, first));
    EXPECT_FALSE(is_asked(seen, second));
    EXPECT_THAT(steps_to_truth(seen, second), IsEmpty()) << "they agree";
    seen.nodes["cp2"] = true;
    settle(seen, {second});
    EXPECT_TRUE(is_asked(seen, second));
}

TEST(DnsEndpoints, AnApiServerThatIsGoneTellsSoonerThanTheNodeThatItsMachineDied) {
    auto seen = two();
    seen.api_servers = {"192.0.2.1"};
    settle(seen, {first});
    EXPECT_FALSE(is_asked(seen, second));
    EXPECT_TRUE(is_asked(seen, first));
}

TEST(DnsEndpoints, ADoubtfulServerIsBetterThanNone) {
    auto seen = two();
    seen.nodes["cp1"] = seen.nodes["cp2"] = false; // a network plugin that is being replaced
    settle(seen, {first, second});
    EXPECT_TRUE(is_asked(seen, first));
    EXPECT_TRUE(is_asked(seen, second));
    Seen alone;
    alone.nodes = {{"cp1", false}};
    settle(alone, {first});
    EXPECT_TRUE(is_asked(alone, first));
}

TEST(DnsEndpoints, WhoeverLeavesTakesItsSliceAlongWhoeverSeesIt) {
    auto seen = two();
    seen.nodes.erase("cp2");
    const auto steps = steps_to_truth(seen, first);
    ASSERT_THAT(steps, SizeIs(1));
    EXPECT_EQ(steps[0].kind, StepKind::remove);
    EXPECT_EQ(steps[0].name, "kube-dns-cp2");
    settle(seen, {first, second});
    EXPECT_THAT(seen.slices, SizeIs(1)) << "it does not come back while its machine still runs";
    seen.nodes["cp2"] = true;
    settle(seen, {second});
    EXPECT_TRUE(is_asked(seen, second)) << "it has joined again";
}

TEST(DnsEndpoints, AControlPlaneWithoutAKubeletHasOneToo) {
    const OwnServer bare{"cp3", "192.0.2.3", 53, false};
    auto seen = two();
    seen.api_servers.insert("192.0.2.3");
    settle(seen, {bare, first, second});
    EXPECT_TRUE(is_asked(seen, bare));
    EXPECT_FALSE(seen.slices.at("kube-dns-cp3")["endpoints"][0].contains("nodeName"));
    seen.api_servers.erase("192.0.2.3");
    settle(seen, {first});
    EXPECT_FALSE(is_asked(seen, bare));
}

TEST(DnsEndpoints, ASecondFamilyHasASliceThatLivesAndDiesWithTheFirst) {
    const OwnServer dual{"cp2", "192.0.2.2,2001:db8::2", 53, true};
    auto seen = two();
    settle(seen, {dual});
    const auto& six = seen.slices.at(second_slice_name("cp2"));
    EXPECT_EQ(six["addressType"], "IPv6");
    EXPECT_EQ(seen.slices.at(slice_name("cp2"))["addressType"], "IPv4");
    EXPECT_THAT(ready_addresses(six), ElementsAre("2001:db8::2"));
    EXPECT_THAT(steps_to_truth(seen, dual), IsEmpty());
    seen.api_servers = {"192.0.2.1"};
    settle(seen, {first});
    EXPECT_THAT(ready_addresses(seen.slices.at(second_slice_name("cp2"))), IsEmpty());
    seen.nodes.erase("cp2");
    settle(seen, {first});
    EXPECT_THAT(seen.slices, SizeIs(1));
}

TEST(DnsEndpoints, WhatOthersAddStaysAndTheOwnPlaceIsMended) {
    auto seen = two();
    auto& slice = seen.slices["kube-dns-cp1"];
    slice["metadata"]["annotations"] = {{"site", "x"}};
    slice["endpoints"][0]["conditions"]["serving"] = true;
    slice["ports"][0]["appProtocol"] = "dns";
    EXPECT_THAT(steps_to_truth(seen, first), IsEmpty());
    const OwnServer moved{"cp1", "192.0.2.1", 5353, true};
    settle(seen, {moved});
    EXPECT_EQ(seen.slices["kube-dns-cp1"]["ports"][1]["port"], 5353);
    EXPECT_EQ(seen.slices["kube-dns-cp1"]["metadata"]["annotations"]["site"], "x");
}

} // namespace
} // namespace k8s_node::dns_endpoints
