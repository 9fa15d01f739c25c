#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cri/sandbox_start.hpp"

namespace k8s_node::cri {
namespace {

TEST(LiesIn, ComparesTheNetworksBits) {
    EXPECT_TRUE(lies_in("10.244.0.7", "10.244.0.0/24"));
    EXPECT_FALSE(lies_in("10.244.1.7", "10.244.0.0/24"));
    EXPECT_TRUE(lies_in("10.244.1.7", "10.244.0.0/23"));
    EXPECT_TRUE(lies_in("192.0.2.1", "0.0.0.0/0"));
    EXPECT_FALSE(lies_in("fd00::1", "10.244.0.0/24"));
    EXPECT_TRUE(lies_in("fd00::1", "fd00::/64"));
}

TEST(LiesIn, WantsAnAddressInEachNetwork) {
    const auto* const both = "10.244.0.0/24,fd00::/64";
    EXPECT_TRUE(lies_in("10.244.0.7,fd00::7", both));
    EXPECT_TRUE(lies_in("fd00::7,10.244.0.7", both));
    EXPECT_FALSE(lies_in("10.244.0.7", both));
    EXPECT_FALSE(lies_in("10.244.0.7,fd01::7", both));
}

TEST(LiesIn, KnowsNothingOfWhatIsNoNetwork) {
    for (const auto* network : {"", "10.244.0.0/x", "10.244.0.0/33"}) {
        EXPECT_TRUE(lies_in("10.0.0.1", network)) << network;
    }
}

TEST(ReadableCause, KeepsTheCauseAndLosesTheNoise) {
    const std::string id(64, 'a');
    EXPECT_EQ(readable_cause("failed to setup network for sandbox \"" + id +
                             "\": plugin type=\"bridge\" failed (add): failed to set bridge addr: "
                             "\"cni0\" already has an IP address different from 10.244.0.1/24"),
              "failed to setup network for sandbox \"…\": plugin type=\"bridge\" failed (add): "
              "failed to set bridge addr: \"cni0\" already has an IP address different from "
              "10.244.0.1/24");
    EXPECT_EQ(readable_cause("failed to create containerd task: failed to create shim task: OCI "
                             "runtime create failed\n"),
              "OCI runtime create failed");
}

TEST(RuntimeComplaint, SaysThatNobodyListens) {
    SandboxStart how;
    how.socket = "/nowhere/runtime.sock";
    EventLoop loop;
    EXPECT_THAT(runtime_complaint(how, loop),
                testing::HasSubstr("/nowhere/runtime.sock does not respond"));
}

} // namespace
} // namespace k8s_node::cri
