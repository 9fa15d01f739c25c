#include <gmock/gmock.h>

#include "cluster_resources/object_resource.hpp"
#include "unit/engine/bare_machine.hpp"

namespace k8s_node {
namespace {

/// A generation that somebody has damaged is mended by a plan, so the plan must survive it.
TEST(Objects, OfADamagedGenerationAreKnownByItsManifest) {
    const test::BareMachine machine;
    Generation current;
    current.manifest.objects = {{"objects/00.json", "v1 ConfigMap a/b"}};
    Generation next;
    next.manifest.cluster.admin_kubeconfig = "/etc/kubernetes/super-admin.conf";
    const auto changes = check_objects(next, current, ApiServer::not_yet, machine.system);
    ASSERT_EQ(changes.size(), 1U);
    EXPECT_EQ(changes[0].kind, ChangeKind::remove_object);
    EXPECT_EQ(changes[0].object, "v1 ConfigMap a/b");
}

} // namespace
} // namespace k8s_node
