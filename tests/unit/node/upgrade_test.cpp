#include <cstdlib>

#include <gmock/gmock.h>

#include "etcd/snapshot.hpp"
#include "model/diagnostic.hpp"
#include "model/manifest.hpp"
#include "node/verbs.hpp"
#include "unit/support/temporary_directory.hpp"

namespace k8s_node {
namespace {

using testing::HasSubstr;

class Contradiction : public testing::Test {
protected:
    Contradiction() {
        ::unsetenv("CREDENTIALS_DIRECTORY");
        options_.root = Root(directory_.path());
        options_.release = "1.36.5";
        Manifest manifest;
        manifest.profile = "single";
        manifest.release = "1.35.9";
        directory_.write("/etc/k8s-node/current/manifest.json", write_manifest(manifest));
    }

    test::TemporaryDirectory directory_;
    NodeOptions options_;
};

TEST_F(Contradiction, WhatIsInstalledIsNone) {
    EXPECT_NO_THROW(refuse_contradiction(options_));
}

TEST_F(Contradiction, TheSameReleaseInTheConfigurationIsNone) {
    directory_.write("/etc/k8s-node/node.yaml", "release: 1.36.5\n");
    EXPECT_NO_THROW(refuse_contradiction(options_));
    options_.release = "/srv/releases/1.36.5.yaml";
    EXPECT_NO_THROW(refuse_contradiction(options_));
}

TEST_F(Contradiction, AnotherReleaseInTheConfigurationIsAnErrorThere) {
    directory_.write("/etc/k8s-node/node.yaml", "profile: single\nrelease: 1.36.4\n");
    try {
        refuse_contradiction(options_);
        FAIL() << "the next install would go to 1.36.4";
    } catch (const ConfigurationError& error) {
        ASSERT_EQ(error.diagnostics().size(), 1U);
        EXPECT_THAT(error.diagnostics()[0].at.text(), HasSubstr("node.yaml:2:10"));
        EXPECT_THAT(error.diagnostics()[0].message, HasSubstr("1.36.4, not 1.36.5"));
    }
}

class ReleaseStep : public testing::Test {
protected:
    void etcd(const std::string& version) { spec_.provided.etcd = EtcdMember{.version = version}; }

    Generation current_;
    NodeSpec spec_;
};

TEST_F(ReleaseStep, AFirstInstallIsNone) {
    spec_.release = "1.35.9";
    EXPECT_FALSE(changes_release(current_, spec_));
}

TEST_F(ReleaseStep, AnotherReleaseOrAnotherEtcdIsOne) {
    current_.manifest.kubernetes_version = "1.35.9";
    current_.manifest.provided.etcd = EtcdMember{.version = "3.6.13"};
    spec_.release = "1.35.9";
    etcd("3.6.13");
    EXPECT_FALSE(changes_release(current_, spec_));
    etcd("3.6.14");
    EXPECT_TRUE(changes_release(current_, spec_));
    etcd("3.6.13");
    spec_.release = "1.36.5";
    EXPECT_TRUE(changes_release(current_, spec_));
    EXPECT_EQ(release_step(current_, spec_), "Kubernetes 1.35.9 to 1.36.5");
}

} // namespace
} // namespace k8s_node
