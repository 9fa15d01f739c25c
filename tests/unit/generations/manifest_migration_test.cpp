// Generations of format 1: format-1/ holds one as the program wrote it before format 2, and the
// manifest that the first program of format 2 rendered from the same configuration.
#include <filesystem>

#include <gmock/gmock.h>

#include "generations/generation_resource.hpp"
#include "generations/manifest_migration.hpp"
#include "support/files.hpp"
#include "unit/support/temporary_directory.hpp"

namespace k8s_node {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAreArray;

/// Reads a tree as generation 1 of a machine.
Generation read_tree(const std::string& tree) {
    const test::TemporaryDirectory machine;
    const auto generations = machine.path() / "etc/k8s-node/generations";
    fs::create_directories(generations);
    fs::copy(fs::path(SOURCE_ROOT) / tree, generations / "1", fs::copy_options::recursive);
    return read_generation(Root(machine.path()), 1);
}

Manifest read_manifest(const std::string& file) {
    return parse_manifest(read_file(fs::path(SOURCE_ROOT) / file), file);
}

class FormatOne : public testing::Test {
protected:
    const Generation migrated_ = read_tree("tests/unit/generations/format-1/single-1.36.5");
    const Manifest rendered_ =
        read_manifest("tests/unit/generations/format-1/single-1.36.5.format-2.json");

    [[nodiscard]] const UnitEntry& rendered(const std::string& unit) const {
        return *find_unit(rendered_, unit);
    }
};

std::vector<std::string> paths_of(const UnitEntry& unit) {
    std::vector<std::string> paths;
    for (const auto& input : unit.inputs) {
        paths.push_back(input.path);
    }
    return paths;
}

TEST_F(FormatOne, HasTheProbesInputsAndOrderOfTheSameConfigurationInFormatTwo) {
    ASSERT_EQ(unit_names(migrated_.manifest), unit_names(rendered_));
    for (const auto& unit : migrated_.manifest.units) {
        auto ready = rendered(unit.name).ready;
        if (ready) {
            ready->deadline = Probe{}.deadline; // systemd keeps it: nobody else asks for it
        }
        EXPECT_EQ(unit.ready, ready) << unit.name;
        EXPECT_EQ(unit.rollout, rendered(unit.name).rollout) << unit.name;
        EXPECT_THAT(paths_of(unit), UnorderedElementsAreArray(paths_of(rendered(unit.name))))
            << unit.name;
    }
}

TEST_F(FormatOne, TellsWhatItsUnitsAreToTheCluster) {
    const auto& was = migrated_.manifest.provided;
    const auto& is = rendered_.provided;
    EXPECT_EQ(was.etcd, is.etcd);
    EXPECT_EQ(was.api_server, is.api_server);
    EXPECT_EQ(was.kubelet, is.kubelet);
    EXPECT_EQ(migrated_.manifest.objects, rendered_.objects);
}

TEST_F(FormatOne, IsFormatTwoInMemoryAndUnchangedOnDisk) {
    EXPECT_EQ(migrated_.manifest.format, Manifest::known_format);
    EXPECT_THAT(migrated_.files.at("manifest.json"), testing::HasSubstr("\"format\": 1,"));
}

Generation with_unit(const std::string& lines) {
    Generation generation;
    generation.manifest.format = 1;
    generation.manifest.units = {{.name = "x.service"}};
    generation.files["units/x.service"] = "[Service]\nExecStart=/bin/x\n" + lines;
    migrate_manifest(generation);
    return generation;
}

std::optional<Probe> probe_in(const std::string& lines) {
    return with_unit(lines).manifest.units[0].ready;
}

TEST(ReadyProbe, IsReadFromTheUnit) {
    const auto probe = probe_in("ExecStartPost=/usr/bin/k8s-node-install probe \\\n"
                                "    --deadline=150s \\\n"
                                "    --ca=/etc/kubernetes/pki/ca.crt \\\n"
                                "    \"--contains=\\\"health\\\":\\\"true\\\"\" \\\n"
                                "    https://127.0.0.1:6443/readyz\n");
    ASSERT_TRUE(probe);
    EXPECT_EQ(probe->url(), "https://127.0.0.1:6443/readyz");
    EXPECT_EQ(probe->ca_file, "/etc/kubernetes/pki/ca.crt");
    EXPECT_EQ(probe->body_contains, "\"health\":\"true\"");
}

TEST(ReadyProbe, IsNoneWhereTheUnitHasNone) {
    EXPECT_FALSE(probe_in(""));
    EXPECT_FALSE(probe_in("ExecStartPost=/bin/sleep 3\n"));
    EXPECT_FALSE(probe_in("ExecStartPost=/bin/a probe nonsense\n"));
}

TEST(FormatOneRollout, IsReadFromTheUnitSection) {
    const auto rollout = with_unit("[Unit]\nX-Rollout=last\nX-RolloutAfter=a.service b.service\n")
                             .manifest.units[0]
                             .rollout;
    EXPECT_TRUE(rollout.last);
    EXPECT_THAT(rollout.after, ElementsAre("a.service", "b.service"));
    EXPECT_FALSE(with_unit("Description=X-Rollout=last\n").manifest.units[0].rollout.last);
}

TEST(FormatOneObjects, ThatSomebodyHasBrokenAreSkipped) {
    Generation generation;
    generation.manifest.format = 1;
    generation.files["objects/00.json"] = "{";
    migrate_manifest(generation);
    EXPECT_THAT(generation.manifest.objects, IsEmpty());
}

} // namespace
} // namespace k8s_node
