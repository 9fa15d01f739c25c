#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "model/manifest.hpp"
#include "store/entry_manifest.hpp"
#include "supply/sbom.hpp"
#include "support/error.hpp"
#include "unit/support/temporary_directory.hpp"

namespace k8s_node {
namespace {

constexpr const char* entry = "/opt/k8s-node/store/etcd-3.6.14-0123456789ab";

class Sbom : public testing::Test {
protected:
    Sbom() { options_.root = Root(machine_.path()); }

    void install() const {
        Manifest manifest;
        manifest.profile = "etcd";
        manifest.release = manifest.kubernetes_version = "1.36.5";
        manifest.store_entries = {entry};
        machine_.write("/etc/k8s-node/generations/1/manifest.json", write_manifest(manifest));
        machine_.write("/etc/k8s-node/generations/1/release.yaml",
                       "release: 1.36.5\nartifacts:\n  etcd:\n    version: 3.6.14\n"
                       "    url: https://up.example/etcd\n    license: Apache-2.0\n"
                       "    file: bin/etcd\n    digest: {amd64: 'sha256:" +
                           std::string(64, '0') + "'}\n");
        std::filesystem::create_directory_symlink("generations/1",
                                                  machine_.path() / "etc/k8s-node/current");
    }
    void fill_store() const {
        const EntryManifest manifest{"etcd",
                                     "3.6.14",
                                     "https://up.example/etcd",
                                     "sha256:" + std::string(64, '0'),
                                     {{"bin/etcd", "", 4, 0555, std::string(64, '1')}}};
        machine_.write(std::string(entry) + "/.entry.json", manifest.to_json());
    }
    [[nodiscard]] ExitStatus failure() const {
        try {
            static_cast<void>(make_sbom(options_));
        } catch (const Error& error) {
            EXPECT_NE(error.hint(), "");
            return error.status();
        }
        return ExitStatus::success;
    }

    test::TemporaryDirectory machine_;
    NodeOptions options_;
};

TEST_F(Sbom, HasEachProgramWithVersionSourceLicenceAndDigest) {
    install();
    fill_store();
    const auto text = make_sbom(options_);
    EXPECT_EQ(text, make_sbom(options_));
    const auto document = nlohmann::json::parse(text);
    EXPECT_EQ(document["bomFormat"], "CycloneDX");
    EXPECT_EQ(document["specVersion"], "1.5");
    EXPECT_EQ(document["metadata"]["component"]["version"], "1.36.5");
    EXPECT_EQ(document["metadata"]["tools"]["components"][0]["name"], "k8s-node-install");
    ASSERT_EQ(document["components"].size(), 1U);
    const auto& etcd = document["components"][0];
    EXPECT_EQ(etcd["name"], "etcd");
    EXPECT_EQ(etcd["version"], "3.6.14");
    EXPECT_EQ(etcd["licenses"][0]["expression"], "Apache-2.0");
    const auto& source = etcd["externalReferences"][0];
    EXPECT_EQ(source["url"], "https://up.example/etcd");
    EXPECT_EQ(source["hashes"][0]["alg"], "SHA-256");
    EXPECT_EQ(source["hashes"][0]["content"], std::string(64, '0'));
    const auto& program = etcd["components"][0];
    EXPECT_EQ(program["name"], "bin/etcd");
    EXPECT_EQ(program["hashes"][0]["content"], std::string(64, '1'));
}

TEST_F(Sbom, OfAMachineWithoutANodeThereIsNone) {
    EXPECT_EQ(failure(), ExitStatus::unsuitable);
}

TEST_F(Sbom, IsNotMadeOfADamagedStore) {
    install();
    EXPECT_EQ(failure(), ExitStatus::verification);
}

} // namespace
} // namespace k8s_node
