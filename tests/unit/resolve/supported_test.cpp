// What a component says about releases and machines that it is written for.
#include <gmock/gmock.h>

#include "unit/resolve/configuration.hpp"

namespace k8s_node {
namespace {

using test::machine_with;
using testing::AllOf;
using testing::HasSubstr;

constexpr const char* release = R"(description: x
release: 1.34.2
artifacts:
  etcd-server:
    url: https://a/etcd
    version: 3.5.21
    digest: {amd64: "sha256:0000000000000000000000000000000000000000000000000000000000000000"}
    file: bin/etcd
)";

std::string complaint(const std::string& clauses, const std::string& profile = {}) {
    auto machine = machine_with("component: app\nsupports: [" + clauses + "]\n");
    machine.release(release).node(profile, "20-b.yaml");
    return machine.complaint();
}

TEST(Supports, AReleaseThatIsTooOldIsRefusedWhereItSaysItsVersion) {
    EXPECT_EQ(complaint("'${kubernetes.version} >= 1.34'"), "");
    EXPECT_THAT(complaint("'${kubernetes.version} >= 1.35'"),
                AllOf(HasSubstr("release.yaml:2:10"),
                      HasSubstr("Kubernetes 1.34.2 is not supported"),
                      HasSubstr("'app' needs ${kubernetes.version} >= 1.35"),
                      HasSubstr("declared in component.yaml:2:12")));
}

TEST(Supports, AnArtifactIsRefusedWhereItsVersionIsPinned) {
    EXPECT_THAT(complaint("'${artifact.etcd-server.version} >= 3.6'"),
                AllOf(HasSubstr("release.yaml:6:14"), HasSubstr("etcd-server 3.5.21 is not")));
    // By the name that a profile gives it, too.
    EXPECT_THAT(complaint("'${artifact.etcd.version} >= 3.6'", "artifacts: {etcd: etcd-server}\n"),
                AllOf(HasSubstr("release.yaml:6:14"), HasSubstr("etcd-server 3.5.21 is not")));
}

TEST(Supports, AllThatIsNotIsSaidAtOnce) {
    EXPECT_THAT(
        complaint("'${kubernetes.version} >= 1.35', '${artifact.etcd-server.version} >= 3.6'"),
        AllOf(HasSubstr("release.yaml:2:10"), HasSubstr("release.yaml:6:14")));
}

TEST(Supports, AMachineIsRefusedWhereTheClauseIsWritten) {
    EXPECT_THAT(complaint("'${host.cgroup_version} == 3'"),
                AllOf(HasSubstr("component.yaml:2:12"), HasSubstr("does not support this machine"),
                      HasSubstr("${host.cgroup_version} == 3")));
}

TEST(Supports, AClauseThatCannotBeDecidedIsAMistakeOfItsOwn) {
    EXPECT_THAT(complaint("'${kubernetes.version} => 1.35'"),
                AllOf(HasSubstr("component.yaml:2:12"), HasSubstr("cannot evaluate 'supports: "),
                      HasSubstr("did you mean '>='?")));
}

} // namespace
} // namespace k8s_node
