#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cluster/deprecated_apis.hpp"
#include "fake_transport.hpp"

namespace k8s_node::cluster {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// As kube-apiserver 1.36 writes it.
constexpr const char* metrics =
    R"(# HELP apiserver_requested_deprecated_apis [ALPHA] Gauge of deprecated APIs that have been requested
# TYPE apiserver_requested_deprecated_apis gauge
apiserver_requested_deprecated_apis{group="resource.k8s.io",removed_release="1.37",resource="resourceclaims",subresource="",version="v1beta1"} 1
apiserver_requested_deprecated_apis{group="resource.k8s.io",removed_release="1.37",resource="resourceclaims",subresource="status",version="v1beta1"} 1
apiserver_requested_deprecated_apis{group="",removed_release="",resource="componentstatuses",subresource="",version="v1"} 1
apiserver_request_total{group="resource.k8s.io",removed_release="1.37",version="v1beta1"} 9
)";

TEST(DeprecatedApis, AreReadFromTheMetric) {
    EXPECT_THAT(parse_deprecated_apis(metrics),
                ElementsAre(DeprecatedApi{"resource.k8s.io", "v1beta1", "resourceclaims", "1.37"},
                            DeprecatedApi{"", "v1", "componentstatuses", ""}));
    EXPECT_THAT(parse_deprecated_apis(""), IsEmpty());
}

TEST(DeprecatedApis, AreNamedAsInAManifest) {
    EXPECT_EQ((DeprecatedApi{"resource.k8s.io", "v1beta1", "resourceclaims", "1.37"}).text(),
              "resource.k8s.io/v1beta1 resourceclaims");
    EXPECT_EQ((DeprecatedApi{"", "v1", "componentstatuses", ""}).text(), "v1 componentstatuses");
}

TEST(DeprecatedApis, ARefusalToTellIsAnError) {
    FakeTransport server;
    ApiClient client(server);
    server.answer({{"kind", "Status"}, {"message", "no"}, {"reason", "Forbidden"}}, 403);
    EXPECT_THROW((void)requested_deprecated_apis(client), ApiError);
}

} // namespace
} // namespace k8s_node::cluster
