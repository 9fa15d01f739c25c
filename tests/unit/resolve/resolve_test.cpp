#include <gmock/gmock.h>

#include "components/parts.hpp"
#include "resolve/resolve.hpp"
#include "unit/resolve/configuration.hpp"

namespace k8s_node {
namespace {

using test::Machine;
using test::machine_with;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

const std::string app_with_port = "component: app\n"
                                  "settings:\n"
                                  "  port: {type: port, default: 80, doc: where it listens}\n"
                                  "  name: {default: 'app-${app.port}'}\n";

std::string digest(char fill) {
    return "sha256:" + std::string(64, fill);
}

std::string release(const std::string& extra = "") {
    return "release: 1.36.5\nartifacts:\n"
           "  tool: {version: '2', url: 'https://h/${arch}', digest: {amd64: '" +
           digest('a') + "'}, file: bin/tool}\n" + extra;
}

const Setting& setting(const NodeSpec& spec, const char* name) {
    return spec.settings.at(name);
}

TEST(Settings, TheLastLayerWinsAndIsKnown) {
    auto machine = machine_with(app_with_port);
    machine.node("settings:\n  app: {port: 81}\n", "10.yaml");
    machine.node("settings:\n  app:\n    port: 82\n", "20.yaml");
    const auto spec = machine.resolve();
    const auto& port = setting(spec, "app.port");
    EXPECT_EQ(port.value->as_integer(), 82);
    EXPECT_EQ(port.value->at().text(), "20.yaml:3:11");
    EXPECT_EQ(port.value->at().layer(), "node configuration");
    EXPECT_EQ(port.spec.at.text(), "component.yaml:3:3");
}

TEST(Settings, TheCommandLineBeatsFiles) {
    auto machine = machine_with(app_with_port);
    machine.node("settings: {app: {port: 81}}").set("app.port=90");
    const auto spec = machine.resolve();
    EXPECT_EQ(setting(spec, "app.port").value->text(), "90");
    EXPECT_EQ(setting(spec, "app.port").value->at().layer(), "command line");
}

TEST(Settings, NothingGoesBackToTheDefault) {
    auto machine = machine_with(app_with_port);
    machine.node("settings: {app: {port: 81}}").node("settings: {app: {port: }}");
    EXPECT_EQ(setting(machine.resolve(), "app.port").value->text(), "80");
}

TEST(Settings, DefaultsMayReferToEachOtherInAnyOrder) {
    const auto spec = machine_with(app_with_port).set("app.port=99").resolve();
    EXPECT_EQ(setting(spec, "app.name").value->text(), "app-99");
}

TEST(Settings, ACycleIsReportedOnce) {
    const auto text = machine_with("component: app\n"
                                   "settings:\n"
                                   "  a: {default: '${app.b}'}\n"
                                   "  b: {default: '${app.c}'}\n"
                                   "  c: {default: '${app.a}'}\n")
                          .complaint();
    EXPECT_THAT(text, AllOf(HasSubstr("'app.a' refers to itself"),
                            HasSubstr("(app.a -> app.b -> app.c -> app.a)")));
    EXPECT_EQ(text.find("refers to itself"), text.rfind("refers to itself"));
    EXPECT_THAT(machine_with("component: app\nsettings: {a: {default: 'x${app.a}'}}\n").complaint(),
                HasSubstr("refers to itself"));
}

TEST(Settings, DoublingReferencesCannotFillTheMemory) {
    std::string text = "component: app\nsettings:\n  a0: {default: xxxxxxxx}\n";
    for (int i = 1; i < 64; ++i) {
        const auto earlier = "${app.a" + std::to_string(i - 1) + "}";
        text += "  a" + std::to_string(i) + ": {default: '" + earlier + earlier + "'}\n";
    }
    EXPECT_THAT(machine_with(text).complaint(), HasSubstr("larger than 1 MiB"));
}

TEST(Settings, ATypeIsCheckedWhereTheValueIsWritten) {
    EXPECT_THAT(machine_with(app_with_port).node("settings: {app: {port: http}}").complaint(),
                StartsWith("node.yaml:1:24: error: setting 'app.port' must be a port from 1 to "
                           "65535, not 'http' (where it listens)"));
}

TEST(Settings, AnUnknownOneIsReportedWithTheNearest) {
    EXPECT_THAT(machine_with(app_with_port).node("settings: {app: {prot: 1}}").complaint(),
                HasSubstr("component 'app' has no setting 'prot' (did you mean 'port'?)"));
    EXPECT_THAT(machine_with(app_with_port).set("app.prot=1").complaint(),
                StartsWith("--set app.prot:1:11: error: component 'app' has no setting 'prot'"));
    EXPECT_THAT(machine_with(app_with_port).node("settings: {ap: {port: 1}}").complaint(),
                HasSubstr("unknown component 'ap' (did you mean 'app'?)"));
}

TEST(Settings, OneFileMayServeRolesThatLackAComponent) {
    auto machine = machine_with(app_with_port);
    machine.component("component: other\nsettings: {x: {default: 1}}\n");
    EXPECT_EQ(machine.node("settings: {other: {x: 2}}").complaint(), "");
    EXPECT_THAT(machine.node("settings: {other: {y: 2}}").complaint(),
                HasSubstr("component 'other' has no setting 'y'"));
}

TEST(Settings, EverythingWrongIsReportedAtOnce) {
    const auto text = machine_with(app_with_port)
                          .node("settings:\n  app: {prot: 1, port: 0, name: '${no.such}'}\n")
                          .complaint();
    EXPECT_THAT(text, AllOf(HasSubstr("'prot'"), HasSubstr("must be a port"),
                            HasSubstr("unknown reference ${no.such}")));
}

TEST(Settings, NetworksHaveHosts) {
    const auto address = [](const std::string& reference) {
        auto machine = machine_with("component: app\nsettings:\n"
                                    "  net: {type: cidr, default: 10.96.0.0/16}\n"
                                    "  host: {default: '" +
                                    reference + "'}\n");
        return setting(machine.resolve(), "app.host").value->text();
    };
    EXPECT_EQ(address("${app.net.host.10}"), "10.96.0.10");
    EXPECT_THROW(static_cast<void>(address("${app.net.host.70000}")), ConfigurationError);
    EXPECT_THROW(static_cast<void>(address("${app.net.host.4294967297}")), ConfigurationError);
    EXPECT_THROW(static_cast<void>(address("${app.net.host.-1}")), ConfigurationError);
    EXPECT_THROW(static_cast<void>(address("${app.net.host.x}")), ConfigurationError);
}

TEST(Settings, WithoutADefaultMustBeSet) {
    const std::string app = "component: app\nsettings:\n  net: {type: cidr, doc: whose it is}\n"
                            "  free: {type: ip, default: }\n";
    EXPECT_THAT(machine_with(app).complaint(),
                AllOf(StartsWith("profile.yaml:2:14: error: setting 'app.net' must be set to a "
                                 "network such as 10.244.0.0/16: whose it is"),
                      HasSubstr("--set app.net="), HasSubstr("component.yaml:3:3"),
                      Not(HasSubstr("app.free"))));
    EXPECT_EQ(machine_with(app).set("app.net=10.0.0.0/8").complaint(), "");
}

TEST(Settings, NothingGoesBackToWhatTheProfileSays) {
    Machine machine;
    machine.component("component: app\nsettings: {a: {}}\n");
    machine.profile("profile: p\ncomponents: [app]\nsettings: {app: {a: 1}}\n");
    machine.node("profile: p\nsettings: {app: {a: 2}}").node("settings: {app: {a: }}");
    EXPECT_EQ(setting(machine.resolve(), "app.a").value->text(), "1");
}

TEST(Settings, AWrongOneHidesNoOtherMistake) {
    const auto text = machine_with(app_with_port + "ports: [\"${app.port}\", many]\n")
                          .node("settings: {app: {port: 0}}")
                          .complaint();
    EXPECT_THAT(text, AllOf(HasSubstr("not '0'"), HasSubstr("'many' is not a port"),
                            Not(HasSubstr("'0' is not a port"))));
}

TEST(Profiles, ExtendOneAnother) {
    Machine machine;
    machine.component("component: a\n").component("component: b\n").component("component: c\n");
    machine.profile("profile: base\ncomponents: [a, b]\n");
    machine.profile("profile: more\nextends: base\nwithout: [a]\ncomponents: [c]\n");
    EXPECT_THAT(machine.node("profile: more").resolve().components, ElementsAre("b", "c"));
    EXPECT_THAT(machine.node("components: [a]\nwithout: [c]").resolve().components,
                ElementsAre("b", "a"));
}

TEST(Profiles, CannotExtendThemselves) {
    Machine machine;
    machine.profile("profile: a\nextends: b\n").profile("profile: b\nextends: a\n");
    EXPECT_THAT(machine.node("profile: a").complaint(), HasSubstr("profile 'a' extends itself"));
}

TEST(Profiles, AreChosenByTheLastLayer) {
    Machine machine;
    machine.profile("profile: a\n").profile("profile: b\n");
    EXPECT_EQ(machine.node("profile: a").node("profile: b").resolve().profile, "b");
    EXPECT_THAT(machine.node("profile: bb").complaint(),
                HasSubstr("node.yaml:1:10: error: unknown profile 'bb' (did you mean 'b'?)"));
}

TEST(Profiles, OneMustBeChosen) {
    Machine machine;
    machine.profile("profile: master\n").profile("profile: worker\n");
    EXPECT_THAT(machine.complaint(),
                AllOf(HasSubstr("no profile is chosen"), HasSubstr("master, worker")));
}

TEST(Components, AreKnownAndHaveWhatTheyNeed) {
    EXPECT_THAT(machine_with("component: app\n").node("components: [apq]").complaint(),
                HasSubstr("node.yaml:1:14: error: unknown component 'apq' (did you mean 'app'?)"));
    EXPECT_THAT(machine_with("component: app\nneeds: [runtime]\n").complaint(),
                HasSubstr("component 'app' needs 'runtime', which is not part of this node"));
    EXPECT_THAT(machine_with("component: app\n").node("without: [other]").complaint(),
                HasSubstr("'without' names 'other', which is not part of this node"));
}

TEST(Components, OfASiteReplaceShippedOnes) {
    Machine machine;
    machine.component("component: app\nsettings: {a: {default: shipped}}\n", "shipped.yaml");
    machine.component("component: app\nsettings: {a: {default: ours}}\n", "site.yaml");
    machine.profile("profile: p\ncomponents: [app]\n").node("profile: p");
    const auto spec = machine.resolve();
    EXPECT_EQ(setting(spec, "app.a").value->text(), "ours");
    EXPECT_EQ(setting(spec, "app.a").spec.at.source->name, "site.yaml");
}

const std::string app_with_service = "component: app\n"
                                     "services:\n"
                                     "  app:\n"
                                     "    description: An app\n"
                                     "    exec: /bin/app\n"
                                     "    flags: {a: '1', b: '2'}\n"
                                     "    service: {Restart: always}\n";

TEST(Overrides, MergeKeyByKeyAndNothingDeletes) {
    const auto spec = machine_with(app_with_service)
                          .node("override: {app: {services: {app: {flags: {a: , c: '3'}}}}}")
                          .resolve();
    EXPECT_THAT(spec.services.at(0).command,
                ElementsAre(argument_of("/bin/app"), argument_of("--b=2"), argument_of("--c=3")));
}

TEST(Overrides, MayDeleteWhatIsNotThere) {
    const auto spec = machine_with(app_with_service)
                          .node("override: {app: {services: {app: {environment: {A: , B: c}}}}}")
                          .resolve();
    EXPECT_THAT(spec.services.at(0).environment, ElementsAre(testing::Pair("B", argument_of("c"))));
}

TEST(Overrides, OfAnUnknownPartAreReported) {
    EXPECT_THAT(machine_with(app_with_service).node("override: {app: {settings: {}}}").complaint(),
                HasSubstr("node.yaml:1:18: error: 'settings' cannot be overridden"));
    EXPECT_THAT(machine_with(app_with_service).node("override: {apq: {files: {}}}").complaint(),
                HasSubstr("unknown component 'apq' (did you mean 'app'?)"));
    EXPECT_THAT(machine_with(app_with_service)
                    .node("override:\n  app: {services: {app: {flasg: {}}}}\n")
                    .complaint(),
                AllOf(StartsWith("node.yaml:2:"), HasSubstr("did you mean 'flags'?")));
}

TEST(Services, CannotWaitForEachOther) {
    const auto text = machine_with("component: app\n"
                                   "services:\n"
                                   "  lead: {description: l, exec: /bin/l, after: [a]}\n"
                                   "  a: {description: a, exec: /bin/a, after: [b, dbus.socket]}\n"
                                   "  b: {description: b, exec: /bin/b, after: [c]}\n"
                                   "  c: {description: c, exec: /bin/c}\n"
                                   "  d: {description: d, exec: /bin/d, after: [a], before: [c]}\n")
                          .complaint();
    EXPECT_THAT(text, HasSubstr("services wait for each other: a.service -> b.service -> "
                                "c.service -> d.service -> a.service"));
    EXPECT_THAT(text, Not(HasSubstr("lead")));
}

TEST(Services, MayWaitForUnitsThatAreNotOurs) {
    const auto spec = machine_with("component: app\nservices:\n"
                                   "  a: {description: a, exec: /bin/a, after: [dbus, x.target]}\n")
                          .resolve();
    EXPECT_THAT(spec.services.at(0).after, ElementsAre("dbus.service", "x.target"));
}

TEST(Services, BelongToOneComponent) {
    Machine machine;
    machine.component(app_with_service);
    machine.component("component: other\nservices: {app: {description: o, exec: /bin/o}}\n");
    machine.profile("profile: p\ncomponents: [app, other]\n").node("profile: p");
    EXPECT_THAT(machine.complaint(), HasSubstr("two components declare app.service"));
}

TEST(Services, HaveACommandAndADescription) {
    const auto text =
        machine_with("component: app\nservices:\n  a: {exec: }\n  b: 5\n").complaint();
    EXPECT_THAT(text, AllOf(HasSubstr("service 'a' needs the key 'description'"),
                            HasSubstr("service 'a' needs the key 'exec'"),
                            HasSubstr("service 'b' must be a map, not '5'")));
}

TEST(Services, FlagsAreTextsListsOrPairs) {
    const auto app = [](const std::string& flags) {
        return machine_with("component: app\nservices:\n"
                            "  a: {description: a, exec: /bin/a, flags: " +
                            flags + "}\n");
    };
    EXPECT_THAT(app("{x: [a, b], y: {k: v, l: w}, z: ''}").resolve().services.at(0).command,
                ElementsAre(argument_of("/bin/a"), argument_of("--x=a,b"),
                            argument_of("--y=k=v,l=w"), argument_of("--z=")));
    for (const char* flags : {"{x: [[a]]}", "{x: {k: [v]}}", "{x: }", "{x: [{k: v}]}"}) {
        EXPECT_THAT(app(flags).complaint(), HasSubstr("flag 'x': a value must be text")) << flags;
    }
}

TEST(Services, ADirectiveIsOneLine) {
    EXPECT_THAT(
        machine_with(app_with_service)
            .node(R"(override: {app: {services: {app: {service: {User: "a\nUser=root"}}}}})")
            .complaint(),
        HasSubstr("it has more than one line"));
}

TEST(Services, CredentialsAreADirectoryOfSystemd) {
    const auto spec = machine_with("component: app\nservices:\n"
                                   "  a: {description: a, exec: /bin/a, arguments: "
                                   "['${credential.x.key}'], credentials: {x.key: /k}}\n")
                          .resolve();
    EXPECT_EQ(spec.services.at(0).command.at(1), (Argument{{true, ""}, {false, "/x.key"}}));
}

TEST(Files, StayInTheirPlace) {
    for (const char* path : {"relative", "/etc/../x", "/etc/..", "/etc//x", "/etc/", "/"}) {
        const std::string name(path);
        EXPECT_THAT(
            machine_with("component: app\nfiles: {" + name + ": {content: x}}\n").complaint(),
            HasSubstr("must be an absolute path"))
            << path;
        EXPECT_THAT(machine_with("component: app\nlinks: {" + name + ": /bin/x}\n").complaint(),
                    HasSubstr("must be an absolute path"))
            << path;
    }
    for (const char* name : {"../x", "..", "/x", "a/../b"}) {
        const auto parts = {"certificates: {" + std::string(name) + ": {common_name: x}}",
                            "key_pairs: [" + std::string(name) + "]"};
        for (const auto& part : parts) {
            EXPECT_THAT(machine_with("component: app\n" + part + "\n").complaint(),
                        HasSubstr("must be a relative path"))
                << part;
        }
    }
    EXPECT_THAT(machine_with("component: app\nconfigs: {..: {content: x}}\n").complaint(),
                HasSubstr("'..' is not a valid file name"));
}

TEST(Files, AreWrittenByOnePart) {
    EXPECT_THAT(
        machine_with("component: app\nfiles: {/a: {content: x}}\nlinks: {/a: /b}\n").complaint(),
        HasSubstr("'/a' is already written by another part of this node"));
    Machine machine;
    machine.component("component: a\nconfigs: {x: {content: a}}\n");
    machine.component("component: b\nconfigs: {x: {content: b}}\n");
    machine.profile("profile: p\ncomponents: [a, b]\n").node("profile: p");
    EXPECT_THAT(machine.complaint(), HasSubstr("two components declare the config x"));
}

TEST(Files, MayBeEmptyButMustSayIt) {
    EXPECT_EQ(machine_with("component: app\nfiles: {/a: {content: ''}}\n").complaint(), "");
    EXPECT_THAT(machine_with("component: app\nfiles: {/a: {mode: '0600'}}\n").complaint(),
                HasSubstr("file '/a' needs the key 'content'"));
    EXPECT_THAT(machine_with("component: app\nfiles: {/a: {content: x, mode: rw}}\n").complaint(),
                HasSubstr("must be an octal file mode"));
}

TEST(EncryptionConfigs, AreForSecretsUnlessTheySayOtherwise) {
    const auto spec = machine_with("component: app\nencryption_configs:\n"
                                   "  /a: {provider: secretbox}\n"
                                   "  /b: {provider: aescbc, resources: [configmaps]}\n")
                          .resolve();
    EXPECT_EQ(spec.pki.encryption_configs,
              (std::vector<EncryptionSpec>{{"/a", EncryptionProvider::secretbox, {"secrets"}},
                                           {"/b", EncryptionProvider::aescbc, {"configmaps"}}}));
    const auto complaint = machine_with("component: app\nfiles: {/a: {content: x}}\n"
                                        "encryption_configs: {/a: {provider: rot13}}\n")
                               .complaint();
    EXPECT_THAT(complaint, HasSubstr("unknown provider 'rot13'"));
}

TEST(Objects, AreNamed) {
    EXPECT_THAT(machine_with("component: app\nobjects: [{kind: A, metadata: x}, 5]\n").complaint(),
                HasSubstr("a cluster object needs apiVersion, kind and metadata.name"));
}

TEST(Objects, GetCertificatesWhenTheyAreApplied) {
    const auto spec =
        machine_with("component: app\ncertificates: {ca: {common_name: x}}\nobjects:\n"
                     "  - apiVersion: v1\n    kind: ConfigMap\n    metadata: {name: m}\n"
                     "    data: {a/b: 'ca=${certificate.ca.data}.'}\n")
            .resolve();
    ASSERT_EQ(spec.objects.size(), 1U);
    EXPECT_EQ(spec.objects[0].inlined,
              (std::vector<InlinedCertificate>{
                  {"/data/a~1b", "${certificate.ca.data}", "/etc/kubernetes/pki/ca.crt"}}));
    EXPECT_THAT(spec.objects[0].json, HasSubstr("ca=${certificate.ca.data}."));
}

TEST(Objects, AreAllThatCertificatesCanBeIn) {
    EXPECT_THAT(machine_with("component: app\ncertificates: {ca: {common_name: x}}\n"
                             "files: {/a: {content: '${certificate.ca.data}'}}\n")
                    .complaint(),
                HasSubstr("only objects of the cluster can have a certificate in them"));
    EXPECT_THAT(machine_with("component: app\ncertificates: {ca: {common_name: x}}\nobjects:\n"
                             "  - {apiVersion: v1, kind: A, metadata: {name: "
                             "'${certificate.cb.data}'}}\n")
                    .complaint(),
                HasSubstr("did you mean ${certificate.ca.data}?"));
}

TEST(Artifacts, AreThoseThatSomePartUses) {
    auto machine = machine_with("component: app\nlinks: {/usr/local/bin/t: "
                                "'${artifact.tool.path}/bin/tool'}\n");
    machine.release(release("  unused: {version: '1', url: u, digest: {amd64: '" + digest('b') +
                            "'}, file: x}\n"));
    const auto spec = machine.resolve();
    ASSERT_EQ(spec.artifacts.size(), 1U);
    EXPECT_EQ(spec.artifacts[0].url, "https://h/amd64");
    EXPECT_EQ(spec.links.at(0).target, "/opt/k8s-node/store/tool-2-aaaaaaaaaaaa/bin/tool");
}

TEST(Artifacts, AreTheFirstOfSeveralThatTheReleaseHas) {
    auto machine = machine_with("component: app\nlinks: {/usr/local/bin/t: "
                                "'${artifact.program.path}/bin/tool'}\n");
    machine.release(release()).node("artifacts: {program: [none, tool]}");
    const auto spec = machine.resolve();
    ASSERT_EQ(spec.artifacts.size(), 1U);
    EXPECT_EQ(spec.artifacts[0].name, "tool");
    EXPECT_THAT(machine.node("artifacts: {program: [none, nil]}").complaint(),
                HasSubstr("node.yaml:1:23: error: release 1.36.5 has no artifact 'none' or 'nil'"));
}

TEST(Artifacts, MustBeInTheReleaseForThisArchitecture) {
    EXPECT_THAT(
        machine_with("component: app\n").release(release()).node("artifacts: {a: tol}").complaint(),
        HasSubstr("node.yaml:1:16: error: release 1.36.5 has no artifact 'tol'"));
    EXPECT_THAT(machine_with("component: app\n")
                    .release(release("  arm: {version: '1', url: u, digest: {arm64: '" +
                                     digest('b') + "'}, file: x}\n"))
                    .complaint(),
                HasSubstr("artifact 'arm' has no digest for this machine's architecture, amd64"));
}

TEST(Mirrors, OfTheLastLayerThatHasAnyWin) {
    auto machine = machine_with("component: app\n");
    machine.node("mirrors: [https://a, https://b]\nmirror_ca: /ca.pem\n");
    const auto spec = machine.node("settings: {}").resolve();
    EXPECT_THAT(spec.mirrors, ElementsAre("https://a", "https://b"));
    EXPECT_EQ(spec.mirror_ca, "/ca.pem");
    EXPECT_THAT(machine_with("component: app\n").resolve().mirrors, IsEmpty());
}

TEST(Resolve, ACredentialIsForServicesOnly) {
    const auto complaint_about = [](const std::string& part) {
        return machine_with("component: app\n" + part).complaint();
    };
    EXPECT_THAT(complaint_about("files: {/etc/x: {content: '${credential.a.key}'}}\n"),
                HasSubstr("2:28: error: unknown reference ${credential.a.key} (a credential has a "
                          "path only inside its service)"));
    EXPECT_THAT(complaint_about("links: {'/etc/${credential.a.key}': /x}\n"),
                HasSubstr("only inside its service"));
    EXPECT_THAT(complaint_about("services: {x: {description: '${credential.a.key}', exec: /x, "
                                "credentials: {a.key: /k}}}\n"),
                HasSubstr("has no meaning here"));
    EXPECT_EQ(complaint_about("services: {x: {description: x, exec: /x, "
                              "credentials: {a.key: /k}, "
                              "environment: {K: '${credential.a.key}'}}}\n"),
              "");
}

} // namespace
} // namespace k8s_node
