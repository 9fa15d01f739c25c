// Parts of components that cannot be: places, keys, ports, services.
#include <gmock/gmock.h>

#include "unit/resolve/configuration.hpp"

namespace k8s_node {
namespace {

using test::machine_with;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

std::string complaint(const std::string& parts) {
    return machine_with("component: app\n" + parts).complaint();
}

std::string of_service(const std::string& keys) {
    return complaint("services:\n  app:\n    description: x\n    exec: /bin/app\n" + keys);
}

TEST(Places, BelongToOnePartEach) {
    EXPECT_THAT(complaint("files: {/srv/a: {content: x}}\nlinks: {/srv/a: /b}\n"),
                AllOf(HasSubstr("component.yaml:3:9"), HasSubstr("already written"),
                      HasSubstr("that is in component.yaml:2:9")));
    EXPECT_THAT(complaint("files:\n  /srv/a: {content: x}\n  /srv/a/b: {content: x}\n"),
                HasSubstr("'/srv/a/b' would be below a file, '/srv/a'"));
    EXPECT_THAT(complaint("files:\n  /srv/a/b: {content: x}\n  /srv/a: {content: x}\n"),
                HasSubstr("'/srv/a' would be both a file and the directory of '/srv/a/b'"));
    EXPECT_EQ(complaint("files:\n  /srv/a: {content: x}\n  /srv/a.d/b: {content: x}\n"), "");
}

TEST(Places, OfThisProgramAndTheSystemAreRefused) {
    for (const char* path :
         {"/etc/k8s-node/current/extra", "/etc/k8s-node/node.yaml", "/etc/k8s-node", "/etc",
          "/proc/x", "/sys/x", "/dev/x", "/opt/k8s-node/store/x", "/opt", "/var/lib/k8s-node/x",
          "/run/systemd/x", "/run", "/var/lib", "/usr", "/usr/local/bin"}) {
        EXPECT_THAT(complaint("files: {" + std::string(path) + ": {content: x}}\n"),
                    HasSubstr("component.yaml:2:9: error: '" + std::string(path) + "'"))
            << path;
    }
    for (const char* path : {"/etc/k8s-node.conf", "/opt/k8s", "/devices", "/var/lib/app/x"}) {
        EXPECT_EQ(complaint("files: {" + std::string(path) + ": {content: x}}\n"), "") << path;
    }
}

TEST(Keys, HaveOneNameEach) {
    const std::string ca = "certificates:\n  ca: {common_name: ca}\n";
    EXPECT_THAT(complaint(ca + "key_pairs: [ca]\n"),
                AllOf(HasSubstr("component.yaml:4:13"),
                      HasSubstr("the key 'ca' is already written"),
                      HasSubstr("component.yaml:3:3")));
    EXPECT_THAT(complaint(ca + "files: {/etc/kubernetes/pki/ca.crt: {content: x}}\n"),
                HasSubstr("already written"));
    auto machine = machine_with("component: app\n" + ca);
    machine.component("component: b\n" + ca, "b.yaml").node("components: [b]\n");
    EXPECT_THAT(machine.complaint(),
                AllOf(HasSubstr("b.yaml:3:3"), HasSubstr("component.yaml:3:3")));
}

TEST(Keys, AreSignedByAnAuthorityOfTheNode) {
    const std::string ca = "certificates:\n  ca: {common_name: ca}\n";
    EXPECT_THAT(complaint(ca + "  a: {common_name: a, authority: cb}\n"),
                AllOf(HasSubstr("component.yaml:4:34"), HasSubstr("no component of this node"),
                      HasSubstr("did you mean 'ca'?")));
    EXPECT_THAT(complaint("kubeconfigs: {/etc/x: {server: 'https://a', authority: nosuch, "
                          "common_name: x}}\n"),
                AllOf(HasSubstr("authority 'nosuch'"), HasSubstr("it has none")));
    EXPECT_THAT(complaint(ca + "  a: {common_name: a, authority: ca}\n"
                               "  b: {common_name: b, authority: a}\n"),
                HasSubstr("authority 'a' (did you mean 'ca'?)"));
}

TEST(Keys, NamesAndAddressesGoWhereTheyBelong) {
    const auto spec = machine_with("component: app\ncertificates:\n  ca:\n    common_name: x\n"
                                   "    dns: [a.example, 192.0.2.7, '*.b.example', '::1']\n"
                                   "    ips: [192.0.2.7]\n")
                          .resolve();
    const auto& certificate = spec.pki.certificates.at(0);
    EXPECT_THAT(certificate.dns_names, testing::ElementsAre("a.example", "*.b.example"));
    EXPECT_THAT(certificate.ip_addresses, testing::ElementsAre("192.0.2.7", "::1"));
    for (const char* name : {"''", "a b", "a..b", "https://a", "a_b", "A"}) {
        EXPECT_THAT(
            complaint("certificates: {ca: {common_name: x, dns: [" + std::string(name) + "]}}\n"),
            HasSubstr("is neither a DNS name nor an IP address"))
            << name;
    }
}

TEST(Kubeconfigs, HaveTheUrlOfAServer) {
    for (const char* server :
         {"nope", "ftp://a", "https://", "https://a:99999", "https://[::1:1"}) {
        EXPECT_THAT(
            complaint("certificates: {ca: {common_name: x}}\nkubeconfigs: {/etc/x: {server: '" +
                      std::string(server) + "', authority: ca, common_name: x}}\n"),
            HasSubstr("is not the URL of an API server"))
            << server;
    }
}

TEST(Trees, SayWhatEveryReaderReads) {
    const auto with = [](const std::string& value) {
        return complaint("files: {/srv/a: {tree: {a: [" + value + "]}}}\n");
    };
    for (const char* value : {"yes", "No", "ON", "off", "0644", "-007", "99999999999999999999",
                              "0xffffffffffffffffff"}) {
        EXPECT_THAT(with(value), AllOf(HasSubstr("component.yaml:2:29"), HasSubstr("quote it")))
            << value;
    }
    for (const char* value :
         {"True", "0o644", "0", "0x1f", "'no'", "'0644'", "-1", "0.5", "none"}) {
        EXPECT_EQ(with(value), "") << value;
    }
    EXPECT_THAT(complaint("configs: {a: {tree: {b: 1}, content: x}}\n"),
                HasSubstr("both 'tree' and 'content'"));
}

TEST(Trees, OfKubernetesHaveItsFields) {
    const auto with = [](const std::string& field,
                         const std::string& kind = "KubeletConfiguration") {
        return complaint("configs: {a: {tree: {kind: " + kind + ", " + field + "}}}\n");
    };
    EXPECT_THAT(with("imageGCHighTresholdPercent: 1"),
                AllOf(HasSubstr("component.yaml:2:50"),
                      HasSubstr("has no field 'imageGCHighTresholdPercent'"),
                      HasSubstr("did you mean 'imageGCHighThresholdPercent'?")));
    EXPECT_THAT(with("maxpods: 1"), HasSubstr("'maxPods'"));
    EXPECT_THAT(with("authentication: {anonymus: {enabled: false}}"), HasSubstr("'anonymous'"));
    EXPECT_THAT(with("clusterCIDRs: x", "KubeProxyConfiguration"), HasSubstr("'clusterCIDR'"));
    for (const char* good : {"maxPods: 1", "ofALaterVersion: 1", "featureGates: {maxPod: true}",
                             "evictionHard: {memory.available: 1}"}) {
        EXPECT_EQ(with(good), "") << good;
    }
    EXPECT_EQ(with("maxPod: 1", "Other"), "");
}

TEST(Edges, LeadToServicesThatThereAre) {
    const auto with = [](const std::string& edge) {
        return complaint("services:\n  kubelet: {description: x, exec: /x}\n"
                         "  app: {description: x, exec: /x, " +
                         edge + "}\n");
    };
    EXPECT_THAT(with("after: [kubelett]"),
                AllOf(HasSubstr("component.yaml:4:43"), HasSubstr("there is no service 'kubelett'"),
                      HasSubstr("did you mean 'kubelet'?")));
    EXPECT_THAT(with("wants: [kublet.service]"), HasSubstr("did you mean 'kubelet'?"));
    EXPECT_THAT(with("before: [network-online]"), HasSubstr("'network-online.target'?"));
    for (const char* good : {"after: [kubelet, dbus, chronyd, network-online.target]",
                             "requires: [kubelet.service]", "wants: [kubelett.socket]"}) {
        EXPECT_EQ(with(good), "") << good;
    }
}

TEST(Ports, AreUsedOnce) {
    auto machine = machine_with("component: app\nsettings: {port: {type: port, default: 80}}\n"
                                "ports: ['${app.port}', 81]\n");
    EXPECT_EQ(machine.complaint(), "");
    machine.node("settings: {app: {port: 81}}\n", "10-a.yaml");
    EXPECT_THAT(machine.complaint(),
                AllOf(HasSubstr("10-a.yaml:1:24"), HasSubstr("port 81 is already used"),
                      HasSubstr("that is in component.yaml:3:24")));
}

TEST(Ports, MayBeBoundAtAnAddressOfEachFamily) {
    const auto spec =
        machine_with("component: app\nports: ['192.0.2.10:53', '[fd00::1]:53']\n").resolve();
    ASSERT_EQ(spec.ports.size(), 2U);
    EXPECT_EQ(spec.ports[1].address, "fd00::1");
    for (const char* second : {"'192.0.2.10:53'", "53"}) {
        EXPECT_THAT(complaint("ports: ['192.0.2.10:53', " + std::string(second) + "]\n"),
                    HasSubstr("port 53 is already used"))
            << second;
    }
}

TEST(Contents, MayBePiecesWithConditions) {
    const auto spec = machine_with("component: app\nconfigs:\n  a:\n    content:\n      - |\n"
                                   "        one\n      - when: ['${has.app}']\n        value: |2\n"
                                   "            two\n      - {when: 'false', value: three}\n")
                          .resolve();
    EXPECT_EQ(spec.configs.at(0).content, "one\n  two\n");
}

TEST(Ports, MayBeBoundAtOneAddress) {
    const auto spec = machine_with("component: app\nports: ['${host.address}:53', 81]\n").resolve();
    ASSERT_EQ(spec.ports.size(), 2U);
    EXPECT_EQ(spec.ports[0].address, "192.0.2.10");
    EXPECT_EQ(spec.ports[0].number, 53);
    EXPECT_EQ(spec.ports[1].address, "");
    for (const char* wrong : {"here:53", "192.0.2.10:", ":53", "192.0.2.10:70000"}) {
        EXPECT_THAT(complaint("ports: ['" + std::string(wrong) + "']\n"),
                    HasSubstr("is not a port"))
            << wrong;
    }
}

TEST(Cleanup, RoutesAreThoseToANetworkNotToEverywhere) {
    EXPECT_EQ(complaint("cleanup: {routes: [10.244.0.0/16]}\n"), "");
    for (const char* wide : {"0.0.0.0/0", "0.0.0.0/1", "eth0", "KUBE-*"}) {
        EXPECT_THAT(complaint("cleanup: {routes: ['" + std::string(wide) + "']}\n"),
                    HasSubstr("is too broad for a reset"))
            << wide;
    }
}

TEST(Services, AreServices) {
    EXPECT_THAT(complaint("services: {x.timer: {description: x, exec: /x}}\n"),
                AllOf(HasSubstr("component.yaml:2:12"), HasSubstr("would be a .timer")));
    EXPECT_THAT(complaint("services: {x.servce: {description: x, exec: /x}}\n"),
                HasSubstr("did you mean 'x.service'?"));
    EXPECT_THAT(complaint("services: {'x@': {description: x, exec: /x}}\n"),
                HasSubstr("templates"));
    const auto spec =
        machine_with("component: app\nservices: {app: {description: x, exec: /x, after: "
                     "[dev-sda2.swap, a.automount, b.scope, c, k8s.io]}}\n")
            .resolve();
    EXPECT_THAT(spec.services.at(0).after,
                testing::ElementsAre("dev-sda2.swap", "a.automount", "b.scope", "c.service",
                                     "k8s.io.service"));
}

TEST(Services, FlagsAreNamedWithoutDashes) {
    EXPECT_THAT(of_service("    flags: {--v: 2}\n"),
                AllOf(HasSubstr("component.yaml:6:13"), HasSubstr("without dashes"),
                      HasSubstr("write 'v'")));
    EXPECT_THAT(of_service("    flags: {'': 2}\n"), HasSubstr("a flag must have a name"));
    EXPECT_THAT(of_service("    flags: {v=2: 2}\n"), HasSubstr("is not a valid flag name"));
    EXPECT_THAT(of_service("    flags: {app: 1, '${profile}': 2, p: 3}\n"),
                HasSubstr("'p' occurs twice"));
}

TEST(Services, RunOneProgram) {
    EXPECT_THAT(complaint("services: {app: {description: x, exec: /bin/app --flag}}\n"),
                AllOf(HasSubstr("nothing else"), HasSubstr("belongs to 'arguments' or 'flags'")));
    EXPECT_THAT(of_service("    service: {ExecStart: /bin/b}\n"),
                AllOf(HasSubstr("component.yaml:6:15"), HasSubstr("is set by 'exec'")));
    EXPECT_THAT(of_service("    unit: {Description: y}\n"), HasSubstr("is set by 'description'"));
    EXPECT_EQ(of_service("    service: {ExecStopPost: /bin/b, ExecStartPre: /bin/c}\n"), "");
}

TEST(Services, DirectivesAreThoseOfSystemd) {
    const auto answer = of_service("    service: {CPUWieght: 500, Restart: allways, X-Mine: y, "
                                   "Aftr: z, After: a, Type: 'notify'}\n"
                                   "    unit: {Aftr: x, CPUWeight: 1}\n");
    EXPECT_THAT(answer,
                AllOf(HasSubstr("component.yaml:6:15"), HasSubstr("did you mean 'CPUWeight'?"),
                      HasSubstr("'Restart' has no value 'allways' (did you mean 'always'?)")));
    EXPECT_THAT(answer, AllOf(HasSubstr("it belongs to 'unit'"), HasSubstr("did you mean 'After'?"),
                              HasSubstr("it belongs to 'service'"), Not(HasSubstr("X-Mine'"))));
    EXPECT_THAT(of_service("    service: {Type: Notify, KillMode: kill, RemainAfterExit: maybe}\n"),
                AllOf(HasSubstr("did you mean 'notify'?"), HasSubstr("it is one of control-group"),
                      HasSubstr("'RemainAfterExit' has no value 'maybe'")));
}

TEST(Services, DeadlinesAreWhatTheProbeReads) {
    const auto with = [](const std::string& deadline, const std::string& service) {
        return of_service("    ready: {url: 'tcp://a:1', deadline: " + deadline + "}\n" + service);
    };
    for (const char* good : {"1m30s", "1h", "500ms", "90s", "24h"}) {
        EXPECT_EQ(with(good, ""), "") << good;
    }
    for (const char* bad : {"90", "0s", "1.5m", "-1s", "soon", "99999999999999999999s", "''"}) {
        EXPECT_THAT(with(bad, ""), HasSubstr("'deadline' must be a duration")) << bad;
    }
    EXPECT_THAT(with("300s", "    service: {TimeoutStartSec: 120}\n"),
                AllOf(HasSubstr("component.yaml:7:32"), HasSubstr("end the start after 120 s"),
                      HasSubstr("deadline of 300s")));
    EXPECT_THAT(with("5m", "    service: {TimeoutSec: 5min}\n"), HasSubstr("end the start"));
    for (const char* enough : {"infinity", "0", "6min", "301"}) {
        EXPECT_EQ(with("300s", "    service: {TimeoutStartSec: " + std::string(enough) + "}\n"),
                  "");
    }
    EXPECT_THAT(with("5m", "    service: {TimeoutStartSec: long}\n"), HasSubstr("is not a time"));
}

TEST(Services, ALivenessProbeAsksForAnAnswerOfAnAddress) {
    const auto live = [](const std::string& keys) {
        return of_service("    live: {" + keys + "}\n");
    };
    EXPECT_EQ(live("url: 'http://127.0.0.1:1/livez', timeout: 15s, any_answer: \"true\""), "");
    EXPECT_EQ(live("url: 'https://[::1]:1/livez?exclude=etcd'"), "");
    EXPECT_EQ(live("url: 'grpc+unix:///run/containerd/containerd.sock'"), "");
    for (const char* bad :
         {"tcp://127.0.0.1:1", "unix:///run/a", "file:///a", "grpc+http://127.0.0.1"}) {
        EXPECT_NE(live("url: '" + std::string(bad) + "'"), "") << bad;
    }
    EXPECT_THAT(live("url: 'http://localhost/'"), HasSubstr("its host is not an address"));
    EXPECT_THAT(live("url: 'http://127.0.0.1:1/', timeout: 2m"), HasSubstr("from 1s to 60s"));
    EXPECT_THAT(live("url: 'http://127.0.0.1:1/', any_answer: perhaps"),
                HasSubstr("true or false"));
}

TEST(Services, WhatIsWaitedForFirstNeedsItsTimeToo) {
    const auto with = [](const std::string& service) {
        return of_service("    wait_for: {url: 'tcp://a:1', deadline: 60s}\n"
                          "    ready: {url: 'tcp://a:2', deadline: 30s}\n" +
                          service);
    };
    EXPECT_EQ(with(""), "");
    EXPECT_EQ(with("    service: {TimeoutStartSec: 91}\n"), "");
    EXPECT_THAT(with("    service: {TimeoutStartSec: 90}\n"),
                AllOf(HasSubstr("deadlines of 60s and 30s"),
                      HasSubstr("'deadline' of 'ready' and 'wait_for' shorter")));
    EXPECT_THAT(of_service("    wait_for: {url: 'tcp://a:1', contains: x}\n"),
                HasSubstr("'contains'"));
    EXPECT_THAT(of_service("    wait_for: {url: 'tcp://a:1', deadline: soon}\n"),
                HasSubstr("must be a duration"));
}

TEST(Services, ALongDeadlineGetsATimeoutAboveIt) {
    const auto timeouts = [](const std::string& deadline) {
        std::vector<std::string> out;
        const auto spec = machine_with("component: app\nservices: {app: {description: x, exec: /x, "
                                       "ready: {url: 'tcp://a:1', deadline: " +
                                       deadline + "}}}\n")
                              .resolve();
        for (const auto& property : spec.services.at(0).service_properties) {
            out.push_back(property.key + "=" + property.values.at(0));
        }
        return out;
    };
    EXPECT_THAT(timeouts("300s"), testing::ElementsAre("TimeoutStartSec=330"));
    EXPECT_THAT(timeouts("60s"), testing::IsEmpty());
}

TEST(Reliance, IsCollectedFromAllComponents) {
    auto machine = machine_with("component: app\n"
                                "relies_on:\n"
                                "  directories:\n"
                                "    /var/lib/app: {needs: [rw], wants: exec, not_on: overlay, "
                                "bytes: 500, inodes: 10}\n"
                                "  bridges: {app0: 10.1.0.0/24}\n"
                                "  sockets: /run/app.sock\n"
                                "  conflicts: {other: {why: it is another, severity: warning}}\n"
                                "ready:\n"
                                "  sandbox: {socket: /run/app.sock, image: 'localhost/x:1'}\n");
    machine
        .component("component: b\nrelies_on: {resolvers: [/etc/resolv.conf], first_files: "
                   "[/etc/app.d/10-b.conf]}\n",
                   "b.yaml")
        .node("components: [b]\n");
    const auto all = machine.resolve().reliance;
    EXPECT_EQ(all.directories.at(0).path, "/opt/k8s-node/store"); // of this program itself
    EXPECT_EQ(all.directories.at(1),
              (DirectoryReliance{"/var/lib/app", {"rw"}, {"exec"}, {"overlay"}, 500, 10}));
    EXPECT_EQ(all.bridges, (std::vector<BridgeReliance>{{"app0", "10.1.0.0/24"}}));
    EXPECT_EQ(all.conflicts,
              (std::vector<Conflict>{{"other.service", "it is another", Severity::warning}}));
    EXPECT_EQ(all.sandbox.socket, "/run/app.sock");
    EXPECT_EQ(all.resolvers, std::vector<std::string>{"/etc/resolv.conf"});
    EXPECT_EQ(all.first_files, std::vector<std::string>{"/etc/app.d/10-b.conf"});
}

TEST(Reliance, WordsAndPathsAreThoseThatAreKnown) {
    EXPECT_THAT(complaint("relies_on: {directories: {/var/x: {needs: [noexec]}}}\n"),
                AllOf(HasSubstr("'noexec' is not a valid value of 'needs'"),
                      HasSubstr("rw, exec, suid, dev")));
    EXPECT_THAT(complaint("relies_on: {directories: {/var/x: {inodes: -1}}}\n"),
                HasSubstr("cannot be negative"));
    EXPECT_THAT(complaint("relies_on: {sockets: [run/x.sock]}\n"),
                HasSubstr("'run/x.sock' is not an absolute path"));
    EXPECT_THAT(complaint("relies_on: {conflicts: {x: {why: y, severity: fatal}}}\n"),
                HasSubstr("write error or warning"));
    EXPECT_THAT(complaint("relies_on: {bridge: {x: 10.0.0.0/8}}\n"),
                HasSubstr("did you mean 'bridges'?"));
    EXPECT_THAT(complaint("ready: {sandbox: {image: x}}\n"), HasSubstr("socket"));
}

const std::string app = "services: {app: {description: x, exec: /bin/app}}\n";

std::string of_provided(const std::string& provides) {
    return complaint(app + "provides: " + provides + "\n");
}

TEST(Provides, ASiteCanPutItsOwnServiceInTheirPlace) {
    auto machine = machine_with(
        "component: app\n" + app +
        "provides:\n"
        "  etcd: {service: app, version: 3.6.1, tools: /opt/app, endpoint: 'https://[::1]:1',\n"
        "         ca: /a, certificate: /b, key: /c, data: /d, member: {name: n}}\n"
        "  api_server: {service: app, address: 10.0.0.1}\n"
        "  kubelet: {service: app, refuses_swap: false, server: 'https://127.0.0.1:6444',\n"
        "            tls_server_name: kubernetes}\n"
        "  controllers: [app]\n");
    const auto provided = machine.resolve().provided;
    ASSERT_TRUE(provided.etcd && provided.api_server && provided.kubelet);
    EXPECT_EQ(provided.etcd->unit, "app.service");
    EXPECT_EQ(provided.etcd->identity, std::vector<std::string>{"--name=n"});
    EXPECT_EQ(provided.api_server->address, "10.0.0.1");
    EXPECT_FALSE(provided.kubelet->refuses_swap);
    EXPECT_EQ(provided.kubelet->server, "https://127.0.0.1:6444");
    EXPECT_EQ(provided.kubelet->tls_server_name, "kubernetes");
    EXPECT_EQ(provided.controllers, std::vector<std::string>{"app.service"});
}

TEST(Provides, NamesServicesOfTheNodeAndOnePerPart) {
    EXPECT_THAT(of_provided("{kubelet: {service: kublet}}"),
                AllOf(HasSubstr("component.yaml:3:31"),
                      HasSubstr("no component of this node has the service kublet.service")));
    EXPECT_THAT(of_provided("{kubelet: {service: aap}}"), HasSubstr("did you mean 'app.service'?"));
    EXPECT_THAT(of_provided("{etcd: {service: app, endpoint: 127.0.0.1:2379}}"),
                HasSubstr("'127.0.0.1:2379' is not a URL"));
    EXPECT_THAT(of_provided("{kubelet: {}}"), HasSubstr("service"));
    EXPECT_THAT(of_provided("{api_server: {service: app}}"), HasSubstr("address"));
    EXPECT_THAT(of_provided("{etcd: {service: app, data: var/lib/etcd}}"),
                HasSubstr("'var/lib/etcd' is not an absolute path"));
    EXPECT_THAT(of_provided("{kubelet: {service: app, refuses_swap: maybe}}"),
                HasSubstr("must be true or false, not 'maybe'"));
    EXPECT_THAT(of_provided("{kublet: {service: app}}"), HasSubstr("did you mean 'kubelet'?"));
    auto machine = machine_with("component: app\n" + app + "provides: {kubelet: {service: app}}\n");
    machine.component("component: b\nprovides: {kubelet: {service: app}}\n", "b.yaml")
        .node("components: [b]\n");
    EXPECT_THAT(machine.complaint(), HasSubstr("two components provide 'kubelet'"));
}

} // namespace
} // namespace k8s_node
