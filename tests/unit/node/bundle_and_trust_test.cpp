#include <fcntl.h>

#include <gmock/gmock.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include "bundle/bundle.hpp"
#include "bundle/write.hpp"
#include "configuration/layers.hpp"
#include "generations/redeploy_state.hpp"
#include "model/manifest.hpp"
#include "node/desired.hpp"
#include "node/preflight_input.hpp"
#include "node/rollout_content.hpp"
#include "resolve/resolve.hpp"
#include "store/hasher.hpp"
#include "support/handle.hpp"
#include "unit/support/temporary_directory.hpp"

namespace k8s_node {
namespace {

using testing::AllOf;
using testing::HasSubstr;

constexpr const char* component = "/etc/k8s-node/components/own.yaml";
constexpr const char* bundled = "release: 1.36.5\ndescription: of the bundle\n";
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
    void open_bundle(const std::string& release_text = bundled) {
        write("/part", "bytes");
        const UniqueFd part(::open((directory_.path() / "part").c_str(), O_RDONLY | O_CLOEXEC));
        Hasher hasher(HashAlgorithm::sha256);
        hasher.update(std::as_bytes(std::span("bytes", 5)));
        const auto digest = *Digest::parse("sha256:" + hasher.hex());
        artifact_ = Artifact{"tool", "1", "https://up.example/tool", digest, {}, "bin/tool"};
        const BundleManifest manifest{
            "1.36.5",
            release_text,
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
        ReleaseText source;
        static_cast<void>(
            load_release(options_, chosen_release(layers), source, diagnostics_, policy));
        return source.text;
    }
    void install(const std::string& release_text) {
        Manifest manifest;
        manifest.profile = "single";
        manifest.release = "1.36.5";
        write("/etc/k8s-node/current/manifest.json", write_manifest(manifest));
        write("/etc/k8s-node/current/release.yaml", release_text);
    }
    void install_out_of_a_bundle() {
        install(bundled);
        write("/etc/k8s-node/current/release-of-bundle", "");
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
    install("release: 1.36.5\n");
    EXPECT_EQ(load(), "release: 1.36.5\n");
}

TEST_F(Supplied, AReleaseInstalledOutOfABundleIsKeptWithoutTheBundle) {
    require_signatures();
    write("/share/releases/1.36.5.yaml", "release: 1.36.5\n");
    install_out_of_a_bundle();
    EXPECT_EQ(load(), bundled);
    options_.release = "1.36.5";
    EXPECT_EQ(load(), bundled) << "nor does its name mean the shipped one";
}

TEST_F(Supplied, AGenerationRemembersThatItsReleaseCameOutOfABundle) {
    const auto text = read_file(PROFILES "/releases/1.36.5.yaml") + "# of the bundle\n";
    auto options = options_;
    options.data_directory = PROFILES;
    options.profile = "worker";
    options.program = "/usr/bin/k8s-node-install";
    options.architecture = "amd64";
    options.assignments = {"cluster.endpoint=https://192.0.2.1:6443",
                           "bridge-network.node_cidr=10.244.7.0/24"};
    open_bundle(text);
    options.opened_bundle = options_.opened_bundle;
    const auto installed = load_desired(options, OwnAddress::of_no_concern).generation;
    for (const auto& [path, content] : installed.files) {
        write("/etc/k8s-node/current/" + path, content);
    }
    options.opened_bundle.reset();
    const auto later = load_desired(options, OwnAddress::of_no_concern).generation;
    EXPECT_EQ(later.files.at("release.yaml"), text);
    EXPECT_EQ(later.files, installed.files) << "a run without the bundle has nothing to do";
}

TEST_F(Supplied, TheSitesReleaseReplacesThatOfABundleWhenItIsNamed) {
    write("/etc/k8s-node/releases/1.36.5.yaml", "release: 1.36.5\n");
    install_out_of_a_bundle();
    EXPECT_EQ(load(), bundled);
    write("/etc/k8s-node/node.d/90-rollout.yaml", "release: 1.36.5\n");
    EXPECT_EQ(load(), "release: 1.36.5\n");
}

TEST_F(Supplied, AnInterruptedRedeployKeepsTheReleaseOfABundle) {
    write("/share/releases/1.36.5.yaml", "release: 1.36.5\n");
    install_out_of_a_bundle();
    remember_redeploy(options_.root);
    std::filesystem::remove_all(options_.root.at("/etc/k8s-node/current"));
    EXPECT_EQ(load(), bundled);
}

TEST_F(Supplied, ACorrectedReleaseFileIsSeen) {
    install("release: 1.36.5\n");
    const std::string corrected = "release: 1.36.5\ndescription: corrected\n";
    write("/etc/k8s-node/releases/1.36.5.yaml", corrected);
    EXPECT_EQ(load(), corrected);
}

TEST_F(Supplied, TheSignatureThatAFileCarriesPrecedesTheOneBesideIt) {
    require_signatures();
    const std::string path = "/etc/k8s-node/releases/1.36.5.yaml";
    write_signed(path, "release: 1.36.5\ndescription: former\n");
    const std::string text = "release: 1.36.5\n";
    const auto carrying = with_signature({text, sign(key_, text)});
    write(path, carrying); // as a rollout does
    EXPECT_EQ(load(), carrying);
    const Ed25519Key stranger(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
    write_signed(path, with_signature({text, sign(stranger, text)}));
    EXPECT_THAT(load(), testing::StartsWith(text)) << "signed again, by a key that is trusted";
    write(path, with_signature({text, sign(stranger, text)}) + "# changed\n");
    EXPECT_THAT(refusal(), HasSubstr("does not fit"));
}

TEST_F(Supplied, ARolloutOfAReleaseThatTheNodesWouldRefuseDoesNotBegin) {
    require_signatures();
    const auto rollout = [&](const std::string& release) {
        auto options = options_;
        options.release = release;
        rollout::Request request;
        load_content(options, request);
        return request.release_text;
    };
    const auto refused = [&](const std::string& release) {
        try {
            return "no refusal: " + rollout(release);
        } catch (const Error& error) {
            EXPECT_EQ(error.status(), ExitStatus::verification);
            EXPECT_NE(error.hint(), "");
            return error.message();
        }
    };
    write("/etc/k8s-node/releases/1.36.5.yaml", "release: 1.36.5\n");
    EXPECT_THAT(refused("1.36.5"), HasSubstr("is not signed"));
    write_signed("/etc/k8s-node/releases/1.36.5.yaml", "release: 1.36.5\n");
    EXPECT_THAT(rollout("1.36.5"), HasSubstr("# k8s-node-signature: "));
    std::filesystem::remove_all(options_.root.at("/etc/k8s-node/releases"));
    install_out_of_a_bundle();
    EXPECT_THAT(refused("1.36.5"), HasSubstr("is not signed")) << "only its bundle was";
}

} // namespace
} // namespace k8s_node
