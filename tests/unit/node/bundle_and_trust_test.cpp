#include <fcntl.h>

#include <gmock/gmock.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include "bundle/bundle.hpp"
#include "bundle/write.hpp"
#include "configuration/layers.hpp"
#include "model/manifest.hpp"
#include "node/preflight_input.hpp"
#include "resolve/resolve.hpp"
#include "store/hasher.hpp"
#include "support/handle.hpp"
#include "unit/support/temporary_directory.hpp"

namespace k8s_node {
namespace {

using testing::AllOf;
using testing::HasSubstr;

constexpr const char* component = "/etc/k8s-node/components/own.yaml";
constexpr const char* component_text = "component: own\ndescription: nothing\n";

std::string public_pem(const Ed25519Key& key) {
    const CHandle<BIO, BIO_free> out(BIO_new(BIO_s_mem()));
    PEM_write_bio_PUBKEY(out.get(), key.get());
    char* data = nullptr;
    const auto size = BIO_get_mem_data(out.get(), &data);
    return {data, static_cast<std::size_t>(size)};
}

/// A machine with the configuration of a site, and perhaps a bundle.
class Supplied : public testing::Test {
protected:
    Supplied() {
        options_.root = Root(directory_.path());
        options_.data_directory = (directory_.path() / "share").string();
        make_directories(options_.data_directory);
    }

    void write(const std::string& path, const std::string& text) { directory_.write(path, text); }
    void write_signed(const std::string& path, const std::string& text) {
        write(path, text);
        write(path + ".sig", signature_line(sign(key_, text)));
    }
    void require_signatures() {
        write("/etc/k8s-node/node.yaml", "require_signatures: true\n");
        write("/etc/k8s-node/trust.d/site.pub", public_pem(key_));
    }

    /// A bundle of release 1.36.5 with one artifact and one image, whose archives have 5 bytes.
    void open_bundle() {
        write("/part", "bytes");
        const UniqueFd part(::open((directory_.path() / "part").c_str(), O_RDONLY | O_CLOEXEC));
        Hasher hasher(HashAlgorithm::sha256);
        hasher.update(std::as_bytes(std::span("bytes", 5)));
        const auto digest = *Digest::parse("sha256:" + hasher.hex());
        artifact_ = Artifact{"tool", "1", "https://up.example/tool", digest, {}, "bin/tool"};
        const BundleManifest manifest{
            "1.36.5",
            "release: 1.36.5\ndescription: of the bundle\n",
            {"single"},
            {{"tool", "1", {"amd64"}, artifact_->url, digest, bundle_path(artifact_->url), 5}},
            {{{"localhost/web:1"}, digest, "images/web.tar", 5}}};
        const auto path = directory_.path() / "node.bundle";
        write_bundle(path, manifest,
                     {{"up.example/tool", part.get()}, {"images/web.tar", part.get()}});
        options_.opened_bundle = BundleFile::open(path);
    }

    std::string load() {
        const auto layers = load_layers(options_, diagnostics_);
        const TrustPolicy policy(layers, options_.root);
        static_cast<void>(load_components(options_, diagnostics_, policy));
        std::string text;
        static_cast<void>(
            load_release(options_, chosen_release(layers), text, diagnostics_, policy));
        return text;
    }
    std::string refusal() {
        try {
            return "no refusal: " + load();
        } catch (const Error& error) {
            EXPECT_EQ(error.status(), ExitStatus::verification) << error.message();
            return error.message();
        }
    }

    test::TemporaryDirectory directory_;
    NodeOptions options_;
    Diagnostics diagnostics_;
    std::optional<Artifact> artifact_;
    Ed25519Key key_{EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519")};
};

TEST_F(Supplied, TheReleaseOfABundleIsUsedUnlessALayerNamesAnother) {
    write("/etc/k8s-node/releases/1.36.5.yaml", "release: 1.36.5\n");
    write("/etc/k8s-node/releases/1.37.1.yaml", "release: 1.37.1\n");
    open_bundle();
    EXPECT_THAT(load(), HasSubstr("of the bundle"));
    write("/etc/k8s-node/node.yaml", "release: 1.37.1\n");
    EXPECT_EQ(load(), "release: 1.37.1\n");
}

TEST_F(Supplied, ABundleChangesTheReleaseOfAnInstalledNode) {
    Manifest manifest;
    manifest.profile = "single";
    manifest.release = "1.35.9";
    write("/etc/k8s-node/current/manifest.json", write_manifest(manifest));
    open_bundle();
    EXPECT_EQ(chosen_release(load_layers(options_, diagnostics_))->name, "1.36.5");
}

TEST_F(Supplied, SpaceIsNeededForArchivesAndForImages) {
    open_bundle();
    NodeSpec spec;
    spec.artifacts = {*artifact_};
    const auto disks = preflight_input(options_, spec, {}, Fetches::programs).disks;
    ASSERT_EQ(disks.size(), 2U);
    EXPECT_EQ(disks[0].path, paths::store);
    EXPECT_EQ(disks[0].bytes, (std::uint64_t{1} << 30U) + 5);
    EXPECT_EQ(disks[1].path, "/var/lib/containerd");
    EXPECT_EQ(disks[1].bytes, 10U);
    EXPECT_TRUE(preflight_input(options_, spec, {}, Fetches::nothing).disks.empty());
}

TEST_F(Supplied, WithoutThePolicyNothingNeedsASignature) {
    write(component, component_text);
    write("/etc/k8s-node/releases/1.36.5.yaml", "release: 1.36.5\n");
    EXPECT_EQ(load(), "release: 1.36.5\n");
}

TEST_F(Supplied, WithThePolicyComponentsAndReleasesMustBeSigned) {
    require_signatures();
    write("/etc/k8s-node/releases/1.36.5.yaml", "release: 1.36.5\n");
    EXPECT_THAT(refusal(), AllOf(HasSubstr("1.36.5.yaml"), HasSubstr("is not signed")));
    write_signed("/etc/k8s-node/releases/1.36.5.yaml", "release: 1.36.5\n");
    EXPECT_THAT(load(), testing::StartsWith("release: 1.36.5\n# k8s-node-signature: "))
        << "the signature goes where the text goes";
    write(component, component_text);
    EXPECT_THAT(refusal(), AllOf(HasSubstr("own.yaml"), HasSubstr("is not signed")));
    write_signed(component, component_text);
    EXPECT_THAT(load(), HasSubstr("release: 1.36.5"));
    write(component, "component: own\ndescription: other\n");
    EXPECT_THAT(refusal(), HasSubstr("does not fit"));
}

TEST_F(Supplied, AReleaseThatCarriesItsSignatureNeedsNoFileBesideIt) {
    require_signatures();
    const std::string text = "release: 1.36.5\n";
    write("/etc/k8s-node/releases/1.36.5.yaml", with_signature({text, sign(key_, text)}));
    EXPECT_THAT(load(), testing::StartsWith(text));
    write("/etc/k8s-node/releases/1.36.5.yaml",
          with_signature({"release: 1.36.5\ndescription: other\n", sign(key_, text)}));
    EXPECT_THAT(refusal(), HasSubstr("does not fit"));
}

TEST_F(Supplied, AShippedReleaseMustBeSignedTooAndAShippedComponentNeedNot) {
    require_signatures();
    write("/share/components/shipped.yaml", "component: shipped\ndescription: nothing\n");
    write("/share/releases/1.36.5.yaml", "release: 1.36.5\n");
    EXPECT_THAT(refusal(), AllOf(HasSubstr("share/releases/1.36.5.yaml"), HasSubstr("not signed")));
    write_signed("/etc/k8s-node/releases/1.36.5.yaml", "release: 1.36.5\n");
    EXPECT_THAT(load(), HasSubstr("release: 1.36.5"));
}

TEST_F(Supplied, NoLayerTakesThePolicyBack) {
    require_signatures();
    write("/etc/k8s-node/node.d/50-rollout.yaml", "require_signatures: false\n");
    write("/etc/k8s-node/releases/1.36.5.yaml", "release: 1.36.5\n");
    EXPECT_THAT(refusal(), HasSubstr("is not signed"));
}

TEST_F(Supplied, WhatAGenerationKeptIsNotVerifiedAgain) {
    require_signatures();
    Manifest manifest;
    manifest.profile = "single";
    manifest.release = "1.36.5";
    write("/etc/k8s-node/current/manifest.json", write_manifest(manifest));
    write("/etc/k8s-node/current/release.yaml", "release: 1.36.5\n");
    EXPECT_EQ(load(), "release: 1.36.5\n");
}

} // namespace
} // namespace k8s_node
