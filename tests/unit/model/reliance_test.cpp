#include <gtest/gtest.h>

#include "model/reliance.hpp"
#include "support/error.hpp"

namespace k8s_node {
namespace {

TEST(Reliance, IsReadAsItWasWritten) {
    Reliance all;
    all.directories = {{"/var/lib/x", {"rw", "exec"}, {"dev"}, {"overlay"}, 500, 10}};
    all.first_files = {"/etc/cni/net.d/10-x.conflist"};
    all.bridges = {{"cni0", "10.0.0.0/24"}};
    all.resolvers = {"/etc/resolv.conf"};
    all.sockets = {"/run/x.sock"};
    all.conflicts = {{"x.service", "it is another", Severity::warning}, {"y.service", "", {}}};
    all.sandbox = {"/run/x.sock", "localhost/pause:1", "load it", "system.slice", "look there"};
    EXPECT_EQ(parse_reliance(write_reliance(all), "x"), all);
    EXPECT_EQ(parse_reliance(write_reliance({}), "x"), Reliance{});
}

TEST(Reliance, WhatIsMissingIsEmptyAndWhatIsUnknownIsPassedOver) {
    EXPECT_EQ(parse_reliance(R"({"of_later": [1]})", "x"), Reliance{});
}

TEST(Reliance, RefusesWhatItIsNot) {
    for (const auto* text : {"", "[", "[]", R"({"sockets": 3})", R"({"bridges": [{"name": "x"}]})",
                             R"({"directories": [3]})"}) {
        EXPECT_THROW(static_cast<void>(parse_reliance(text, "reliance.json")), Error) << text;
    }
}

} // namespace
} // namespace k8s_node
