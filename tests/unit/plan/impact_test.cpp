#include <gmock/gmock.h>

#include "plan/impact.hpp"
#include "unit/plan/with_inputs.hpp"

namespace k8s_node {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Generation generation(const std::map<std::string, std::string>& files) {
    Generation out;
    out.files = files;
    for (const auto& [path, content] : files) {
        if (path.starts_with("units/")) {
            UnitEntry entry;
            entry.name = path.substr(6);
            out.manifest.units.push_back(entry);
        }
    }
    return test::with_inputs(std::move(out));
}

std::vector<std::string> impacted(const Generation& current, const Generation& next,
                                  const std::set<std::string>& replaced = {}) {
    std::vector<std::string> names;
    for (const auto& impact : impacted_units(current, next, replaced)) {
        names.push_back(impact.unit + ": " + impact.why);
    }
    return names;
}

const std::string kubelet = "ExecStart=/k --config=/etc/k8s-node/current/config/kubelet.yaml\n";

TEST(Impact, NothingChangesNothing) {
    const auto same = generation({{"units/a.service", "x"}, {"config/a", "y"}});
    EXPECT_THAT(impacted(same, same), IsEmpty());
    EXPECT_EQ(generation_diff(same, same), "");
}

TEST(Impact, AUnitIsTouchedByItsOwnText) {
    const auto impacts = impacted_units(generation({{"units/a.service", "one\n"}}),
                                        generation({{"units/a.service", "two\n"}}), {});
    EXPECT_THAT(impacts, ElementsAre(UnitImpact{"a.service", "its unit changes", "-one\n+two\n"}));
}

TEST(Impact, AUnitIsTouchedByAFileThatItNames) {
    const auto with = [](const std::string& config, const std::string& host) {
        return generation({{"units/a.service", kubelet},
                           {"units/b.service", "ExecStart=/b /etc/b.conf"},
                           {"config/kubelet.yaml", config},
                           {"config/kubelet.yaml.d", "never"},
                           {"host/etc/b.conf", host}});
    };
    EXPECT_THAT(impacted(with("1", "1"), with("2", "1")),
                ElementsAre("a.service: its file /etc/k8s-node/current/config/kubelet.yaml "
                            "changes"));
    EXPECT_THAT(impacted(with("1", "1"), with("1", "2")),
                ElementsAre("b.service: its file /etc/b.conf changes"));
}

const std::string proxy = "ExecStart=/p --config=/etc/k8s-node/current/config/proxy.yaml\n";

TEST(Impact, AUnitIsTouchedByWhatItsFilesName) {
    const auto with = [](const std::string& kubeconfig) {
        return generation({{"units/proxy.service", proxy},
                           {"units/other.service", "ExecStart=/o\n"},
                           {"config/proxy.yaml", "kubeconfig: /etc/kubernetes/proxy.conf\n"},
                           {"host/etc/kubernetes/proxy.conf", kubeconfig}});
    };
    EXPECT_THAT(impacted(with("server: a"), with("server: b")),
                ElementsAre("proxy.service: its file /etc/kubernetes/proxy.conf changes "
                            "(/etc/k8s-node/current/config/proxy.yaml names it)"));
    // Two files away: the kubeconfig names a certificate that was renewed.
    const auto same = with("client-certificate: /etc/kubernetes/pki/proxy.crt\n");
    EXPECT_THAT(impacted(same, same, {"/etc/kubernetes/pki/proxy.crt"}),
                ElementsAre("proxy.service: its file /etc/kubernetes/pki/proxy.crt is replaced "
                            "(/etc/kubernetes/proxy.conf names it)"));
}

TEST(Impact, AUnitIsTouchedByAKeyOrKubeconfigThatOnlyItsConfigNames) {
    const auto same = generation({{"units/proxy.service", proxy},
                                  {"config/proxy.yaml", "a: /etc/kubernetes/proxy.conf\n"
                                                        "b: '/etc/kubernetes/pki/server.crt'"}});
    EXPECT_THAT(impacted(same, same, {"/etc/kubernetes/proxy.conf"}), testing::SizeIs(1));
    EXPECT_THAT(impacted(same, same, {"/etc/kubernetes/pki/server.crt"}), testing::SizeIs(1));
    EXPECT_THAT(impacted(same, same, {"/etc/kubernetes/pki/server.crt.old"}), IsEmpty());
}

TEST(Impact, FilesThatNameEachOtherAreReadOnce) {
    const auto with = [](const std::string& last) {
        return generation({{"units/a.service", "ExecStart=/a /etc/a\n"},
                           {"host/etc/a", "/etc/b"},
                           {"host/etc/b", "/etc/a /etc/c"},
                           {"host/etc/c", last}});
    };
    EXPECT_THAT(impacted(with("1"), with("1")), IsEmpty());
    EXPECT_THAT(impacted(with("1"), with("2")),
                ElementsAre("a.service: its file /etc/c changes (/etc/b names it)"));
}

TEST(Impact, AUnitIsTouchedByALinkAndByAFileThatGoes) {
    const std::map<std::string, std::string> unit = {
        {"units/a.service", "ExecStart=/opt/a -c /etc/a\n"}};
    const auto with = [&](std::map<std::string, std::string> files) {
        files.insert(unit.begin(), unit.end());
        return generation(files);
    };
    EXPECT_THAT(impacted(with({{"links/opt/a", "/1\n"}}), with({{"links/opt/a", "/2\n"}})),
                ElementsAre("a.service: its file /opt/a changes"));
    EXPECT_THAT(impacted(with({{"host/etc/a", "x"}}), with({})),
                ElementsAre("a.service: its file /etc/a is removed"));
}

TEST(Impact, ALongerNameIsAnotherFile) {
    const auto with = [](const std::string& text) {
        return generation({{"units/a.service", kubelet}, {"config/kubelet", text}});
    };
    EXPECT_THAT(impacted(with("1"), with("2")), IsEmpty());
}

TEST(Impact, AUnitIsTouchedByARenewedCertificate) {
    const auto same =
        generation({{"units/a.service", "LoadCredential=ca.crt:/etc/kubernetes/pki/ca.crt\n"},
                    {"units/b.service", "LoadCredential=ca.crt:/etc/kubernetes/pki/ca.crt.old\n"}});
    EXPECT_THAT(impacted(same, same, {"/etc/kubernetes/pki/ca.crt"}),
                ElementsAre("a.service: its file /etc/kubernetes/pki/ca.crt is replaced"));
}

TEST(Impact, ANewUnitIsNotRestarted) {
    EXPECT_THAT(impacted(generation({}), generation({{"units/a.service", "x"}})), IsEmpty());
}

TEST(DroppedUnits, AreStoppedInReverse) {
    EXPECT_THAT(
        dropped_units(
            generation({{"units/a.service", ""}, {"units/b.service", ""}, {"units/c.service", ""}}),
            generation({{"units/b.service", ""}})),
        ElementsAre("c.service", "a.service"));
}

TEST(GenerationDiff, NamesEveryFileButTheManifest) {
    EXPECT_EQ(
        generation_diff(generation({{"config/a", "1"}, {"config/b", "1"}, {"manifest.json", "1"}}),
                        generation({{"config/b", "2"}, {"config/c", "1"}, {"manifest.json", "2"}})),
        "removed config/a\nchanged config/b\nnew     config/c\n");
}

} // namespace
} // namespace k8s_node
