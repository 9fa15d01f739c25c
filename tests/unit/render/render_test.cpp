#include <gmock/gmock.h>

#include "render/render.hpp"
#include "render/service_unit.hpp"
#include "support/error.hpp"

namespace k8s_node {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

ServiceSpec service() {
    ServiceSpec spec;
    spec.component = "app";
    spec.unit = "app.service";
    spec.description = "An app";
    spec.source = "/usr/share/k8s-node/components/app.yaml";
    spec.command = {{{false, "/bin/app"}}};
    return spec;
}

std::string body_of(const ServiceSpec& spec) {
    return render_service(spec, "/usr/bin/k8s-node-install").write();
}

TEST(ServiceUnit, HoldsNoEdges) {
    auto spec = service();
    spec.wants = {"w.service"};
    spec.required = {"r.service"};
    spec.after = {"a.service"};
    spec.before = {"b.service"};
    EXPECT_THAT(body_of(spec),
                AllOf(Not(HasSubstr("Wants")), Not(HasSubstr("Requires")), Not(HasSubstr("After")),
                      Not(HasSubstr("Before")), Not(HasSubstr("[Install]"))));
}

TEST(ServiceUnit, SaysWhereItComesFrom) {
    EXPECT_THAT(body_of(service()),
                testing::StartsWith("# Rendered by k8s-node-install from "
                                    "/usr/share/k8s-node/components/app.yaml."));
}

TEST(ServiceUnit, PassesEveryWordAsItIs) {
    auto spec = service();
    spec.command.push_back({{false, "a b $HOME 100% \"q\" \\ ;"}});
    EXPECT_THAT(body_of(spec), HasSubstr(R"(ExecStart=/bin/app "a b $$HOME 100%% \"q\" \\ ;")"));
}

TEST(ServiceUnit, NamesTheCredentialsDirectoryAsSystemdDoes) {
    auto spec = service();
    spec.command.push_back({{false, "--key="}, {true, ""}, {false, "/100%.key"}});
    spec.credentials = {{"100%.key", "/etc/kubernetes/pki/a.key"}};
    EXPECT_THAT(body_of(spec), AllOf(HasSubstr("--key=%d/100%%.key"),
                                     HasSubstr("LoadCredential=100%%.key:/etc/kubernetes/pki/")));
}

TEST(ServiceUnit, IsActiveWhenItAnswers) {
    auto spec = service();
    spec.ready = ReadyProbe{
        {{false, "https://127.0.0.1:6443/readyz"}}, {{true, ""}, {false, "/ca.crt"}}, "ok", "90s"};
    EXPECT_THAT(body_of(spec), HasSubstr("ExecStartPost=/usr/bin/k8s-node-install probe \\\n"
                                         "    --deadline=90s \\\n"
                                         "    --ca=%d/ca.crt \\\n"
                                         "    --contains=ok \\\n"
                                         "    https://127.0.0.1:6443/readyz\n"));
}

TEST(ServiceUnit, TakesNoProxyThatTheMachineWasGivenUnlessItSaysSo) {
    EXPECT_THAT(body_of(service()), HasSubstr("UnsetEnvironment=HTTP_PROXY http_proxy HTTPS_PROXY "
                                              "https_proxy ALL_PROXY all_proxy\n"));
    auto spec = service();
    spec.environment = {{"HTTPS_PROXY", {{false, "http://proxy:3128"}}}};
    EXPECT_THAT(body_of(spec), HasSubstr("UnsetEnvironment=HTTP_PROXY http_proxy https_proxy "));
    spec.service_properties = {{"UnsetEnvironment", {""}}};
    EXPECT_THAT(body_of(spec),
                AllOf(HasSubstr("\nUnsetEnvironment=\n"), Not(HasSubstr("UnsetEnvironment=HTTP"))));
}

/// Somebody must be there; where nobody is, the program finds out for itself.
TEST(ServiceUnit, WaitsForAnyAnswerBeforeItStarts) {
    auto spec = service();
    spec.wait_for = ReadyProbe{{{false, "https://127.0.0.1:6443/livez"}}, {}, "", "30s"};
    EXPECT_THAT(body_of(spec),
                HasSubstr("ExecStartPre=-/usr/bin/k8s-node-install probe --deadline=30s "
                          "--any-answer https://127.0.0.1:6443/livez\n"));
}

TEST(ServiceUnit, KeepsTryingUnlessToldOtherwise) {
    auto spec = service();
    EXPECT_THAT(body_of(spec), HasSubstr("StartLimitIntervalSec=0\n"));
    spec.unit_properties = {{"StartLimitIntervalSec", {"60"}}};
    EXPECT_THAT(body_of(spec), AllOf(HasSubstr("StartLimitIntervalSec=60\n"),
                                     Not(HasSubstr("StartLimitIntervalSec=0\n"))));
}

TEST(ServiceUnit, IsConfinedWhereItSaysSo) {
    auto spec = service();
    EXPECT_THAT(body_of(spec), Not(HasSubstr("ProtectSystem")));
    spec.strict_sandbox = true;
    EXPECT_THAT(body_of(spec),
                AllOf(HasSubstr("\nProtectSystem=strict\n"), HasSubstr("\nNoNewPrivileges=yes\n"),
                      HasSubstr("\nCapabilityBoundingSet=\n")));
}

TEST(ServiceUnit, ConfinementLeavesOutWhatTheServiceSaysItself) {
    auto spec = service();
    spec.strict_sandbox = true;
    spec.service_properties = {{"UMask", {"0022"}},
                               {"ProtectHome", {""}},
                               {"SystemCallFilter", {"@system-service @mount"}},
                               {"AmbientCapabilities", {"CAP_NET_BIND_SERVICE"}}};
    const auto body = body_of(spec);
    EXPECT_THAT(body, AllOf(HasSubstr("\nUMask=0022\n"), Not(HasSubstr("UMask=0077"))));
    EXPECT_THAT(body, AllOf(HasSubstr("\nProtectHome=\n"), Not(HasSubstr("ProtectHome=yes"))));
    EXPECT_THAT(body, Not(HasSubstr("~@privileged")));
    EXPECT_THAT(body, AllOf(HasSubstr("\nAmbientCapabilities=CAP_NET_BIND_SERVICE\n"),
                            HasSubstr("\nCapabilityBoundingSet=CAP_NET_BIND_SERVICE\n"),
                            Not(HasSubstr("\nAmbientCapabilities=\n"))));
    EXPECT_THAT(body, HasSubstr("\nNoNewPrivileges=yes\n"));
}

TEST(ServiceUnit, RepeatsADirectiveOfSeveralValues) {
    auto spec = service();
    spec.service_properties = {{"SupplementaryGroups", {"a", "b"}}};
    EXPECT_THAT(body_of(spec), HasSubstr("SupplementaryGroups=a\nSupplementaryGroups=b\n"));
}

TEST(ServiceUnit, WhatAUnitFileCannotHoldIsAnError) {
    for (const char* bad : {"a\nb", "x\ny=z"}) {
        auto spec = service();
        spec.service_properties = {{"User", {bad}}};
        EXPECT_THROW(static_cast<void>(body_of(spec)), Error);
    }
    auto spec = service();
    spec.service_properties = {{"User=root\nX", {"a"}}};
    try {
        static_cast<void>(body_of(spec));
        FAIL();
    } catch (const Error& error) {
        EXPECT_THAT(error.frames(), testing::ElementsAre("rendering app.service"));
    }
}

TEST(Rendering, PutsEveryPartIntoItsPlace) {
    NodeSpec spec;
    spec.profile = "single";
    spec.release = "1.36.5";
    spec.services = {service()};
    spec.services[0].after = {"x.service"};
    spec.configs = {{"app.yaml", "a: 1\n"}};
    spec.files = {{"/etc/app.conf", "x\n", 0600, "app"}, {"/etc/open", "", 0644, "app"}};
    spec.links = {{"/usr/local/bin/app", "/opt/app", "app"}};
    spec.objects = {{"A/1", "v1 A 1", "{}", {}},
                    {"A/2", "v1 A 2", "[]", {{"/a", "${certificate.ca.data}", "/ca.crt"}}}};
    spec.cleanup.paths = {"/run/app"};
    const auto generation = render(spec, "/p");
    EXPECT_THAT(generation.files,
                testing::UnorderedElementsAre(
                    testing::Key("units/app.service"), testing::Pair("config/app.yaml", "a: 1\n"),
                    testing::Pair("host/etc/app.conf", "x\n"), testing::Pair("host/etc/open", ""),
                    testing::Pair("links/usr/local/bin/app", "/opt/app\n"),
                    testing::Pair("objects/00.json", "{}\n"),
                    testing::Pair("objects/01.json", "[]\n"), testing::Key("manifest.json"),
                    testing::Key("reliance.json"),
                    testing::Pair("cleanup.json", testing::HasSubstr("/run/app"))));
    EXPECT_THAT(generation.manifest.host_modes,
                testing::ElementsAre(testing::Pair("/etc/app.conf", 0600U)));
    EXPECT_EQ(parse_manifest(generation.files.at("manifest.json"), "m"), generation.manifest);
    EXPECT_THAT(generation.manifest.units.at(0).after, testing::ElementsAre("x.service"));
    EXPECT_EQ(render(spec, "/p"), generation) << "the same spec gives the same bytes";
}

TEST(Rendering, NamesOfObjectsSortAsTheyCount) {
    NodeSpec spec;
    for (int i = 0; i < 101; ++i) {
        spec.objects.push_back({"A/" + std::to_string(i), "", std::to_string(i), {}});
    }
    const auto generation = render(spec, "/p");
    int next = 0;
    for (const auto& [name, content] : generation.files) {
        if (name.starts_with("objects/")) {
            EXPECT_EQ(content, std::to_string(next++) + "\n") << name;
        }
    }
    EXPECT_EQ(next, 101);
}

TEST(Rendering, RefusesANameThatIsNoUnit) {
    NodeSpec spec;
    spec.services = {service()};
    spec.services[0].unit = "../../x.service";
    EXPECT_THROW(static_cast<void>(render(spec, "/p")), Error);
}

Manifest manifest_of(const ServiceSpec& spec) {
    NodeSpec node;
    node.services = {spec};
    CertificateSpec certificate;
    certificate.name = "app";
    node.pki.certificates = {certificate};
    node.configs = {{"app.yaml", "key: /etc/kubernetes/pki/app.key\n"}};
    return render(node, "/usr/bin/k8s-node-install").manifest;
}

TEST(Manifest, KnowsTheProbeOfAUnit) {
    auto spec = service();
    spec.ready =
        ReadyProbe{{{false, "https://127.0.0.1:6443/readyz"}}, {{false, "/ca"}}, "ok", "2m"};
    const auto probe = manifest_of(spec).units[0].ready;
    ASSERT_TRUE(probe);
    EXPECT_EQ(probe->url(), "https://127.0.0.1:6443/readyz");
    EXPECT_EQ(probe->ca_file, "/ca");
    EXPECT_EQ(probe->body_contains, "ok");
    EXPECT_EQ(probe->deadline, std::chrono::seconds(120));
    // Only systemd knows where a credential is.
    spec.ready->authority = {{true, ""}, {false, "/ca"}};
    EXPECT_FALSE(manifest_of(spec).units[0].ready);
}

TEST(Manifest, KnowsWhatAUnitReads) {
    auto spec = service();
    spec.command.push_back({{false, "--config=/etc/k8s-node/current/config/app.yaml"}});
    EXPECT_THAT(manifest_of(spec).units[0].inputs,
                testing::ElementsAre(UnitInput{"/etc/k8s-node/current/config/app.yaml", ""},
                                     UnitInput{"/etc/kubernetes/pki/app.key",
                                               "/etc/k8s-node/current/config/app.yaml"}));
}

TEST(Manifest, KnowsTheOrderOfARollout) {
    auto spec = service();
    spec.unit_properties = {{"X-Rollout", {"last"}}, {"X-RolloutAfter", {"a.service b.service"}}};
    const auto rollout = manifest_of(spec).units[0].rollout;
    EXPECT_TRUE(rollout.last);
    EXPECT_THAT(rollout.after, testing::ElementsAre("a.service", "b.service"));
}

} // namespace
} // namespace k8s_node
