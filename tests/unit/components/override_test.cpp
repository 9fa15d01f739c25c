// What is laid over a component, and what would do nothing or something else.
#include <gmock/gmock.h>

#include "components/override.hpp"
#include "unit/resolve/configuration.hpp"
#include "yaml/json_tree.hpp"

namespace k8s_node {
namespace {

using testing::AllOf;
using testing::HasSubstr;

const std::string app = R"(component: app
configs:
  app.yaml:
    tree:
      kind: AppConfiguration
      maxPods: 5
      auth: {mode: Webhook}
      names: [a]
      limits: {when: "true", value: {cpu: 1, memory: 1}}
services:
  app:
    description: x
    exec: /bin/app
    flags:
      node-ip: 1.2.3.4
      requestheader-group-headers: X
      gates: {when: "true", value: A=true}
)";

struct Result {
    std::string json;
    std::string complaint;
};

Result laid(const std::vector<std::string>& overrides) {
    Result result;
    result.complaint = test::complaint_of([&](Diagnostics& diagnostics) {
        const auto component = read_component(test::tree_of(app), diagnostics);
        Override over(component, diagnostics);
        for (const auto& text : overrides) {
            over.lay(test::tree_of(text));
        }
        result.json = to_json(over.take());
    });
    return result;
}

std::string complaint(const std::string& over) {
    return laid({over}).complaint;
}

TEST(Override, MergesMapsAndReplacesTheRest) {
    const auto result =
        laid({"services: {app: {flags: {v: 2, node-ip: 5.6.7.8}}}",
              "configs: {app.yaml: {tree: {auth: {cache: 1}, names: [b], other: null}}}",
              "ports: [80]"});
    EXPECT_THAT(result.complaint, HasSubstr("'configs.app.yaml.tree.other'"));
    EXPECT_THAT(result.json, AllOf(HasSubstr(R"("node-ip":"5.6.7.8")"), HasSubstr(R"("v":2)"),
                                   HasSubstr(R"("auth":{"mode":"Webhook","cache":1})"),
                                   HasSubstr(R"("names":["b"])"), HasSubstr(R"("ports":[80])")));
}

TEST(Override, AConditionalValueIsMergedIntoOrReplaced) {
    EXPECT_THAT(laid({"configs: {app.yaml: {tree: {limits: {memory: 2}}}}"}).json,
                HasSubstr(R"("limits":{"when":"true","value":{"cpu":1,"memory":2}})"));
    EXPECT_THAT(laid({"services: {app: {flags: {gates: {B: 'true'}}}}"}).json,
                HasSubstr(R"("gates":{"B":"true"})"));
    EXPECT_THAT(laid({"services: {app: {flags: {gates: C=true}}}"}).json,
                HasSubstr(R"("gates":"C=true")"));
    EXPECT_THAT(laid({"services: {app: {flags: {gates: {value: D=true}}}}"}).json,
                HasSubstr(R"("gates":{"when":"true","value":"D=true"})"));
    EXPECT_THAT(laid({"services: {app: {flags: {gates: {when: null}}}}"}).json,
                HasSubstr(R"("gates":"A=true")"));
    EXPECT_THAT(
        laid({"configs: {app.yaml: {tree: {auth: {when: 'false', value: {mode: Other}}}}}"}).json,
        HasSubstr(R"("auth":{"when":"false","value":{"mode":"Other"}})"));
}

TEST(Override, ANameThatIsNearlyOneIsAMistake) {
    EXPECT_THAT(complaint("configs: {ap.yaml: {tree: {a: 1}}}"),
                AllOf(HasSubstr("t.yaml:1:11"), HasSubstr("has no config 'ap.yaml'"),
                      HasSubstr("did you mean 'app.yaml'?")));
    EXPECT_THAT(complaint("services: {appp: {flags: {v: 2}}}"),
                HasSubstr("has no service 'appp' (did you mean 'app'?)"));
    EXPECT_THAT(complaint("services: {web: {flags: {v: 2}}}"),
                HasSubstr("has no service 'web' (it has: app)"));
    EXPECT_THAT(complaint("services: {app: {flags: {nod-ip: x}}}"),
                HasSubstr("did you mean 'node-ip'?"));
    EXPECT_THAT(complaint("configs: {app.yaml: {tree: {limits: {memori: 5}}}}"),
                HasSubstr("did you mean 'memory'?"));
    EXPECT_THAT(complaint("configs: {app.yaml: {tree: {maxPod: 5}}}"),
                HasSubstr("has no key 'maxPod' (did you mean 'maxPods'?)"));
    EXPECT_THAT(complaint("services: {app: {flags: {node-ip: null, gats: null}}}"),
                AllOf(HasSubstr("'services.app.flags.gats'"), HasSubstr("did you mean 'gates'?")));
    EXPECT_THAT(complaint("service: {app: {}}"), HasSubstr("did you mean 'services'?"));
    EXPECT_THAT(complaint("settings: {a: 1}"), HasSubstr("below 'settings', not 'override'"));
}

TEST(Override, WhatIsReallyNewIsAdded) {
    EXPECT_EQ(complaint("services: {web: {description: x, exec: /bin/web}}"), "");
    EXPECT_EQ(complaint("services: {app: {flags: {requestheader-uid-headers: Y}}}"), "");
    EXPECT_EQ(complaint("configs: {app.yaml: {tree: {evictionHard: {a: 1}}}}"), "");
    EXPECT_EQ(complaint("files: {/etc/a1: {content: x}}"), "");
}

/// Fields and flags of Kubernetes that differ by two letters from each other.
TEST(Override, NeighboursOfWhatIsNewAreNew) {
    const std::string min = "configs: {app.yaml: {tree: {imageMinimumGCAge: 2m}}}";
    const std::string max = "configs: {app.yaml: {tree: {imageMaximumGCAge: 0s}}}";
    EXPECT_EQ(complaint("configs: {app.yaml: {tree: "
                        "{imageMinimumGCAge: 2m, imageMaximumGCAge: 0s}}}"),
              "");
    EXPECT_EQ(laid({min, max}).complaint, "");
    EXPECT_EQ(complaint("configs: {app.yaml: {tree: {iptables: {a: 1}, nftables: {a: 1}}}}"), "");
    EXPECT_EQ(complaint("services: {app: {flags: {max-mutating: 1, min-mutating: 2}}}"), "");
}

/// The table of fields knows better than the names that the component uses.
TEST(Override, AFieldOfKubernetesIsNoSlip) {
    for (const auto* kind : {"KubeletConfiguration", "Other"}) {
        const auto laid_on = test::complaint_of([&](Diagnostics& diagnostics) {
            const auto component = read_component(
                test::tree_of("component: app\nconfigs:\n  k.yaml:\n    tree: {kind: " +
                              std::string(kind) + ", imageMinimumGCAge: 2m, auth: {a: 1}}\n"),
                diagnostics);
            Override over(component, diagnostics);
            over.lay(test::tree_of("configs: {k.yaml: {tree: {imageMaximumGCAge: 0s}}}"));
        });
        EXPECT_EQ(laid_on.empty(), kind == std::string("KubeletConfiguration")) << laid_on;
    }
}

TEST(Override, AMapOfAConfigurationFileStaysOne) {
    EXPECT_THAT(complaint("configs: {app.yaml: {tree: {auth: yes}}}"),
                AllOf(HasSubstr("t.yaml:1:35"),
                      HasSubstr("'auth' is a map and cannot become 'yes'"),
                      HasSubstr("written in t.yaml:7:13")));
    EXPECT_THAT(complaint("configs: {app.yaml: {tree: {maxPods: {a: 1}}}}"),
                HasSubstr("'maxPods' cannot become a map"));
}

TEST(Override, WhatALowerLayerTookAwayMayBeTakenAwayAgain) {
    const std::string away = "services: {app: {flags: {gates: null}}}";
    EXPECT_EQ(laid({away, away}).complaint, "");
    EXPECT_THAT(laid({away}).json, testing::Not(HasSubstr("gates")));
}

} // namespace
} // namespace k8s_node
