#include <gmock/gmock.h>

#include "aides/etcd_peers.hpp"

namespace k8s_node {
namespace {

using cluster::Json;
using testing::ElementsAre;
using testing::IsEmpty;

TEST(EtcdPeers, AreTheControlPlanes) {
    const auto slices = Json::parse(R"({"items": [
        {"endpoints": [{"addresses": ["192.0.2.10"]}, {"addresses": ["192.0.2.11"]}],
         "ports": [{"name": "https", "port": 6443}]},
        {"endpoints": [{"addresses": ["2001:db8::1"]}], "ports": [{"port": 7443}]}]})");
    const auto servers = cluster::api_servers_in(slices);
    ASSERT_EQ(servers.size(), 3U);
    EXPECT_EQ(servers[1].url(), "https://192.0.2.11:6443");
    EXPECT_EQ(servers[2].url(), "https://[2001:db8::1]:7443");
    EXPECT_THAT(etcd_urls_of(servers),
                ElementsAre("https://192.0.2.10:2379", "https://192.0.2.11:2379",
                            "https://[2001:db8::1]:2379"));
}

TEST(EtcdPeers, OfWhatIsNoListAreNone) {
    for (const auto* text : {"{}", "[]", "null", R"({"items": [{}]})", R"({"items": 1})",
                             R"({"items": [{"endpoints": [{"addresses": [1, null]}],
                                             "ports": [{"port": 6443}]}]})",
                             R"({"items": [{"endpoints": [{"addresses": ["192.0.2.10"]}],
                                             "ports": [{"port": "x"}]}]})"}) {
        EXPECT_THAT(cluster::api_servers_in(Json::parse(text)), IsEmpty()) << text;
    }
}

} // namespace
} // namespace k8s_node
