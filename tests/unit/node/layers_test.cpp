#include <cstdlib>
#include <sys/stat.h>

#include <gmock/gmock.h>

#include "configuration/data_files.hpp"
#include "configuration/layers.hpp"
#include "model/manifest.hpp"
#include "resolve/resolve.hpp"
#include "unit/support/temporary_directory.hpp"

namespace k8s_node {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class Layers : public testing::Test {
protected:
    Layers() {
        ::unsetenv("CREDENTIALS_DIRECTORY");
        options_.root = Root(directory_.path());
        options_.data_directory = (directory_.path() / "share").string();
        make_directories(options_.data_directory);
    }
    ~Layers() override { ::unsetenv("CREDENTIALS_DIRECTORY"); }

    void write(const std::string& path, const std::string& text) { directory_.write(path, text); }
    void write_release(const std::string& path, const std::string& name) {
        write(path, "release: " + name + "\n");
    }
    void write_installed(const std::string& release) {
        Manifest manifest;
        manifest.profile = "single";
        manifest.release = release;
        write("/etc/k8s-node/current/manifest.json", write_manifest(manifest));
        write_release("/etc/k8s-node/current/release.yaml", release);
    }
    /// The values of a.b of all layers that set it, lowest first, with their layer.
    std::vector<std::string> values() {
        std::vector<std::string> out;
        for (const auto& layer : load_layers(options_, diagnostics_)) {
            const auto* component = layer.layer.settings.find("a");
            if (const auto* value = component == nullptr ? nullptr : component->find("b")) {
                out.push_back(value->text() + " by " + value->at().layer());
            }
        }
        return out;
    }
    [[nodiscard]] std::string complaint() const {
        try {
            diagnostics_.throw_if_any();
        } catch (const ConfigurationError& error) {
            return error.message();
        }
        return "";
    }
    std::string release(const std::optional<std::string>& name = {}) {
        const auto chosen = name ? std::optional(NamedAt{*name, {}}) : std::nullopt;
        return load_release(options_, chosen, release_text_, diagnostics_).name;
    }

    test::TemporaryDirectory directory_;
    NodeOptions options_;
    Diagnostics diagnostics_;
    ReleaseText release_text_;
};

TEST_F(Layers, GoFromTheMachinesFileToTheCommandLine) {
    write("/etc/k8s-node/node.yaml", "settings: {a: {b: 1}}");
    write("/etc/k8s-node/node.d/20.yaml", "settings: {a: {b: 3}}");
    write("/etc/k8s-node/node.d/10.yaml", "settings: {a: {b: 2}}");
    write("/etc/k8s-node/node.d/10.yaml.bak", "no: yaml: at: all");
    write("/credentials/k8s_node.config", "settings: {a: {b: 4}}");
    ::setenv("CREDENTIALS_DIRECTORY", (directory_.path() / "credentials").c_str(), 1);
    options_.assignments = {"a.b=5"};
    EXPECT_THAT(values(), ElementsAre("1 by node configuration", "2 by drop-in", "3 by drop-in",
                                      "4 by credential", "5 by command line"));
}

const std::string join_data = "endpoint: https://192.0.2.10:6443\n"
                              "ca_pins: [sha256:" +
                              std::string(64, '0') +
                              "]\ntoken: abcdef.0123456789abcdef\nprofile: worker\n"
                              "release: 1.36.5\nsettings: {a: {b: 0}}\n";

TEST_F(Layers, BeginWithJoinData) {
    write("/etc/k8s-node/join.yaml", join_data);
    write("/etc/k8s-node/node.yaml", "settings: {a: {b: 1}}");
    EXPECT_THAT(values(), ElementsAre("0 by join data", "1 by node configuration"));
    const auto layers = load_layers(options_, diagnostics_);
    EXPECT_EQ(chosen_profile(layers)->name, "worker");
    EXPECT_EQ(chosen_release(layers)->name, "1.36.5");
    EXPECT_THAT(complaint(), testing::IsEmpty());
}

TEST_F(Layers, OfANodeThatWasUpgradedDoNotReturnToTheReleaseItJoinedWith) {
    write("/etc/k8s-node/join.yaml", join_data);
    write_installed("1.37.1");
    EXPECT_EQ(chosen_release(load_layers(options_, diagnostics_))->name, "1.37.1");
}

TEST_F(Layers, AnotherFileCanStandForTheMachines) {
    write("/etc/k8s-node/node.yaml", "settings: {a: {b: 1}}");
    write("/elsewhere.yaml", "settings: {a: {b: 2}}");
    options_.configuration = (directory_.path() / "elsewhere.yaml").string();
    EXPECT_THAT(values(), ElementsAre("2 by node configuration"));
    options_.configuration += ".missing";
    EXPECT_THAT(values(), testing::IsEmpty());
    EXPECT_THAT(complaint(), HasSubstr("elsewhere.yaml.missing: error: there is no such file"));
}

TEST_F(Layers, WhatIsInstalledIsMeantUnlessSomethingElseIsSaid) {
    write_installed("1.35.9");
    EXPECT_EQ(chosen_profile(load_layers(options_, diagnostics_))->name, "single");
    EXPECT_EQ(chosen_release(load_layers(options_, diagnostics_))->name, "1.35.9");
    options_.profile = "worker";
    const auto chosen = chosen_profile(load_layers(options_, diagnostics_));
    EXPECT_EQ(chosen->name, "worker");
    EXPECT_EQ(chosen->at.layer(), "command line");
}

TEST_F(Layers, OfABareMachineSayNothing) {
    EXPECT_FALSE(chosen_profile(load_layers(options_, diagnostics_)));
    EXPECT_TRUE(diagnostics_.empty());
}

TEST_F(Layers, SiteDefinitionsComeAfterShippedOnes) {
    write("/share/components/b.yaml", "component: b\n");
    write("/share/components/a.yaml", "component: a\n");
    write("/etc/k8s-node/components/a.yaml", "component: a\ndescription: ours\n");
    const auto components = load_components(options_, diagnostics_);
    ASSERT_EQ(components.size(), 3U);
    EXPECT_EQ(components[1].name, "b");
    EXPECT_EQ(components[2].description, "ours");
    EXPECT_EQ(components[2].at.layer(), "site component");
    write("/share/p.yaml", "profile: p\n");
    write("/etc/k8s-node/profiles/q.yaml", "profile: q\n");
    EXPECT_EQ(load_profiles(options_, diagnostics_).size(), 2U);
}

TEST_F(Layers, TheNewestReleaseIsMeantWithoutAChoice) {
    write_release("/share/releases/1.9.0.yaml", "1.9.0");
    write_release("/share/releases/1.10.0.yaml", "1.10.0");
    EXPECT_EQ(release(), "1.10.0");
    EXPECT_EQ(release("1.9.0"), "1.9.0");
    EXPECT_EQ(release_text_.text, "release: 1.9.0\n");
}

TEST_F(Layers, ASitesReleaseReplacesAShippedOne) {
    write_release("/share/releases/1.9.0.yaml", "shipped");
    write_release("/etc/k8s-node/releases/1.9.0.yaml", "ours");
    EXPECT_EQ(release("1.9.0"), "ours");
}

TEST_F(Layers, AReleaseIsNamedAsItsFile) {
    write_release("/etc/k8s-node/releases/1.9.0.yaml", "1.9.1");
    static_cast<void>(release("1.9.0"));
    EXPECT_THAT(complaint(),
                testing::AllOf(HasSubstr("releases/1.9.0.yaml:1:10"),
                               HasSubstr("'1.9.1' differs from the name of the file")));
}

TEST_F(Layers, AReleaseCanBeAPath) {
    write_release("/r.yaml", "mine");
    write_release("/share/releases/1.9.0.yaml", "1.9.0");
    EXPECT_EQ(release((directory_.path() / "r.yaml").string()), "mine");
    EXPECT_EQ(complaint(), "");
    EXPECT_EQ(release("/no/such.yaml"), "1.9.0"); // so that the rest can be checked
    EXPECT_THAT(complaint(), HasSubstr("there is no release file '/no/such.yaml'"));
}

TEST_F(Layers, WhatIsNoFileIsNotCalledMissing) {
    write_release("/share/releases/1.9.0.yaml", "1.9.0");
    std::filesystem::create_symlink("loop.yaml", directory_.path() / "loop.yaml");
    static_cast<void>(release((directory_.path() / "loop.yaml").string()));
    EXPECT_THAT(complaint(), testing::AllOf(HasSubstr("the release file '"),
                                            HasSubstr("Too many levels of symbolic links")));
    EXPECT_EQ(trouble_with_file(directory_.path()), "this is not a file");
}

TEST_F(Layers, ARelativePathOfAReleaseIsMeantFromTheFileThatSaysIt) {
    write("/etc/k8s-node/node.d/10.yaml", "release: ./mine/r.yaml\n");
    write_release("/etc/k8s-node/node.d/mine/r.yaml", "mine");
    const auto chosen = chosen_release(load_layers(options_, diagnostics_));
    EXPECT_EQ(load_release(options_, chosen, release_text_, diagnostics_).name, "mine");
}

TEST_F(Layers, ADataDirectoryThatIsNoneIsNamed) {
    options_.data_directory += "/nonexistent";
    EXPECT_THROW(static_cast<void>(load_components(options_, diagnostics_)), ConfigurationError);
    EXPECT_THAT(complaint(), HasSubstr("share/nonexistent: error: there is no such directory"));
}

TEST_F(Layers, MirrorsAndTheirCertificatesAreLookedAt) {
    write("/etc/k8s-node/node.yaml", "mirror_ca: /no/such.pem\n");
    options_.mirrors = {"foo", "https://a"};
    static_cast<void>(load_layers(options_, diagnostics_));
    EXPECT_THAT(complaint(),
                testing::AllOf(HasSubstr("'foo' is not a mirror"), HasSubstr("node.yaml:1:12"),
                               HasSubstr("there is no file '/no/such.pem'")));
}

TEST_F(Layers, AComponentThatIsNoYamlIsOneMistake) {
    write("/etc/k8s-node/components/a.yaml", "component: a\nb: [\n");
    static_cast<void>(load_components(options_, diagnostics_));
    EXPECT_THAT(complaint(),
                testing::AllOf(HasSubstr("a.yaml:2:4"), testing::Not(HasSubstr("needs the key"))));
}

TEST_F(Layers, TheInstalledReleaseIsKnownWhenItsFileIsGone) {
    write_release("/share/releases/1.10.0.yaml", "1.10.0");
    write_installed("1.9.0");
    EXPECT_EQ(release("1.9.0"), "1.9.0");
}

TEST_F(Layers, AnUnknownReleaseIsReportedWithTheKnownOnes) {
    write_release("/share/releases/1.9.0.yaml", "1.9.0");
    write_release("/share/releases/1.10.0.yaml", "1.10.0");
    // The rest is checked against the newest.
    EXPECT_EQ(release("1.11.0"), "1.10.0");
    EXPECT_THAT(complaint(), testing::AllOf(HasSubstr("there is no release '1.11.0'"),
                                            HasSubstr("did you mean '1.10.0'?"),
                                            HasSubstr("known: 1.9.0, 1.10.0")));
}

TEST_F(Layers, WhatCannotBeReadIsNotPassedOver) {
    write("/etc/k8s-node/node.d/10.yml", "profile: single\n");
    make_directories(directory_.path() / "etc/k8s-node/node.d/20.yaml");
    std::filesystem::create_symlink("/no/such/file",
                                    directory_.path() / "etc/k8s-node/node.d/30.yaml");
    ASSERT_EQ(::mkfifo((directory_.path() / "etc/k8s-node/node.yaml").c_str(), 0600), 0);
    write("/etc/k8s-node/components", "a file where a directory should be");
    static_cast<void>(load_layers(options_, diagnostics_));
    static_cast<void>(load_components(options_, diagnostics_));
    EXPECT_THAT(complaint(),
                testing::AllOf(HasSubstr("10.yml: error: its name must end with .yaml"),
                               HasSubstr("20.yaml: error: this is not a file"),
                               HasSubstr("30.yaml: error: the link is dangling"),
                               HasSubstr("node.yaml: error: this is not a file"),
                               HasSubstr("components: error: Not a directory")));
}

TEST_F(Layers, OneThingIsDefinedOnceInALayer) {
    write("/etc/k8s-node/components/a.yaml", "component: a\n");
    write("/etc/k8s-node/components/b.yaml", "component: a\n");
    static_cast<void>(load_components(options_, diagnostics_));
    EXPECT_THAT(complaint(),
                testing::AllOf(HasSubstr("b.yaml:1:1: error: component 'a' is defined twice"),
                               HasSubstr("a.yaml:1:1")));
}

} // namespace
} // namespace k8s_node
