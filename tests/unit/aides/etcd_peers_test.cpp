#include <gmock/gmock.h>

#include "aides/etcd_peers.hpp"

namespace k8s_node {
namespace {

using cluster::Json;
using testing::ElementsAre;
using testing::IsEmpty;

TEST(EtcdPeers, AreTheControlPlanes) {
    const auto slices = Json::parse(R"({"items": [
        {"endpoints": [{"addresses": ["192.0.2.10"]}, {"addresses": ["192.0.2.11"]}]},
        {"endpoints": [{"addresses": ["2001:db8::1"]}]}]})");
    EXPECT_THAT(etcd_urls_in(slices),
                ElementsAre("https://192.0.2.10:2379", "https://192.0.2.11:2379",
                            "https://[2001:db8::1]:2379"));
}

TEST(EtcdPeers, OfWhatIsNoListAreNone) {
    for (const auto* text : {"{}", "[]", "null", R"({"items": [{}]})", R"({"items": 1})",
                             R"({"items": [{"endpoints": [{"addresses": [1, null]}]}]})"}) {
        EXPECT_THAT(etcd_urls_in(Json::parse(text)), IsEmpty()) << text;
    }
}

} // namespace
} // namespace k8s_node
