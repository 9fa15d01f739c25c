#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cluster/api_path.hpp"
#include "support/error.hpp"

namespace k8s_node::cluster {
namespace {

std::string path(const std::string& api_version, const std::string& kind,
                 const std::string& space = "") {
    const auto resource = well_known(api_version, kind);
    return resource ? object_path({api_version, kind, space, "x"}, *resource) : "unknown";
}

TEST(ObjectPath, FollowsTheApi) {
    EXPECT_EQ(path("v1", "ConfigMap", "s"), "/api/v1/namespaces/s/configmaps/x");
    EXPECT_EQ(path("v1", "Endpoints", "s"), "/api/v1/namespaces/s/endpoints/x");
    EXPECT_EQ(path("v1", "Secret"), "/api/v1/namespaces/default/secrets/x");
    EXPECT_EQ(path("v1", "Namespace"), "/api/v1/namespaces/x");
    EXPECT_EQ(path("v1", "Node", "ignored"), "/api/v1/nodes/x");
    EXPECT_EQ(path("apps/v1", "DaemonSet", "s"), "/apis/apps/v1/namespaces/s/daemonsets/x");
    EXPECT_EQ(path("rbac.authorization.k8s.io/v1", "ClusterRoleBinding"),
              "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings/x");
}

TEST(ObjectPath, KnowsAKindOnlyInItsGroup) {
    EXPECT_EQ(path("v1", "Deployment"), "unknown");
    EXPECT_EQ(path("rbac.authorization.k8s.io/v1beta1", "Role"), "unknown");
}

TEST(ObjectPath, KeepsRbacNamesAndEscapesTheRest) {
    EXPECT_EQ(escape_segment("system:node-proxier"), "system:node-proxier");
    EXPECT_EQ(escape_segment("a/b?c d\xc5\xbc"), "a%2Fb%3Fc%20d%C5%BC");
}

TEST(NameOf, ReadsTheObject) {
    const auto name = name_of(Json::parse(
        R"({"apiVersion":"v1","kind":"Service","metadata":{"name":"kube-dns","namespace":"kube-system"}})"));
    EXPECT_EQ(name.text(), "Service kube-system/kube-dns");
    EXPECT_EQ(name.api_version, "v1");
}

TEST(NameOf, NamesTheFieldThatIsMissing) {
    const auto complaint = [](const char* text) -> std::string {
        try {
            static_cast<void>(name_of(Json::parse(text)));
        } catch (const Error& error) {
            EXPECT_EQ(error.status(), ExitStatus::configuration);
            return error.message();
        }
        return "none";
    };
    EXPECT_EQ(complaint("{}"), "the object has no 'kind'");
    EXPECT_EQ(complaint("[]"), "the object has no 'kind'");
    EXPECT_EQ(complaint(R"({"kind":"Node"})"), "the object of kind Node has no 'apiVersion'");
    EXPECT_EQ(complaint(R"({"kind":"Node","apiVersion":"v1","metadata":[]})"),
              "the object of kind Node has no 'metadata.name'");
}

TEST(ResourceList, PassesOverSubresourcesAndNonsense) {
    const auto list = Json::parse(R"({"resources":[7,{"name":"scales","kind":"Scale"},
        {"name":"widgets/scale","kind":"Widget","namespaced":true},
        {"name":"widgets","kind":"Widget","namespaced":false}]})");
    EXPECT_EQ(find_in_resource_list(list, "Widget"), (ResourceKind{"widgets", Scope::cluster}));
    EXPECT_FALSE(find_in_resource_list(list, "Gadget"));
    EXPECT_FALSE(find_in_resource_list(Json::array(), "Widget"));
}

} // namespace
} // namespace k8s_node::cluster
