#include <gtest/gtest.h>

#include "cluster/versions.hpp"
#include "fake_transport.hpp"

namespace k8s_node::cluster {
namespace {

TEST(Versions, TheServerSaysItsOwn) {
    FakeTransport server;
    ApiClient client(server);
    server.answer({{"major", "1"}, {"gitVersion", "v1.36.5"}});
    EXPECT_EQ(server_version(client), "v1.36.5");
    EXPECT_EQ(server.requests()[0].path, "/version");
}

TEST(Versions, AServerWithoutOneIsAnError) {
    FakeTransport server;
    ApiClient client(server);
    server.answer({{"kind", "Status"}}, 404);
    EXPECT_THROW((void)server_version(client), Error);
}

TEST(Versions, EveryNodeWithWhatItRuns) {
    FakeTransport server;
    ApiClient client(server);
    server.answer(Json::parse(R"({"items": [
      {"metadata": {"name": "cp", "labels": {"node-role.kubernetes.io/control-plane": ""}},
       "spec": {"unschedulable": true},
       "status": {"nodeInfo": {"kubeletVersion": "v1.36.5"},
                  "addresses": [{"type": "Hostname", "address": "cp"},
                                {"type": "InternalIP", "address": "192.0.2.1"}]}},
      {"metadata": {"name": "new"}, "status": {}}]})"));
    const auto nodes = list_nodes(client);
    ASSERT_EQ(nodes.size(), 2U);
    EXPECT_EQ(nodes[0].kubelet, "v1.36.5");
    EXPECT_EQ(nodes[0].address, "192.0.2.1");
    EXPECT_TRUE(nodes[0].control_plane);
    EXPECT_TRUE(nodes[0].unschedulable);
    EXPECT_EQ(nodes[1].kubelet, "");
    EXPECT_FALSE(nodes[1].control_plane);
    EXPECT_FALSE(nodes[1].unschedulable);
}

} // namespace
} // namespace k8s_node::cluster
