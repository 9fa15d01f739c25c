#include <cstdlib>

#include <gmock/gmock.h>

#include "etcd/snapshot.hpp"
#include "model/diagnostic.hpp"
#include "model/etcd_version.hpp"
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
    void etcd(const std::string& version) {
        spec_.artifacts = {
            {"etcd", version, "", *Digest::parse("sha256:" + std::string(64, '0')), {}, {}}};
    }

    Generation current_;
    NodeSpec spec_;
};

TEST_F(ReleaseStep, AFirstInstallIsNone) {
    spec_.release = "1.35.9";
    EXPECT_FALSE(changes_release(current_, spec_));
}

TEST_F(ReleaseStep, AnotherReleaseOrAnotherEtcdIsOne) {
    current_.manifest.kubernetes_version = "1.35.9";
    current_.manifest.store_entries = {"/opt/k8s-node/store/etcd-3.6.13-0123456789ab",
                                       "/opt/k8s-node/store/etcd-backup-1.0-0123456789ab"};
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

TEST_F(ReleaseStep, TheVersionOfEtcdIsInTheNameOfItsStoreEntry) {
    current_.manifest.store_entries = {"/opt/k8s-node/store/runc-1.4.3-0123456789ab"};
    EXPECT_EQ(etcd_version(current_.manifest), std::nullopt);
    current_.manifest.store_entries.push_back("/opt/k8s-node/store/etcd-3.6.14-0123456789ab");
    EXPECT_EQ(etcd_version(current_.manifest), (Version{3, 6, 14}));
}

} // namespace
} // namespace k8s_node
