#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/drift.hpp"
#include "resources/kernel_parameters.hpp"
#include "unit/engine/bare_machine.hpp"

namespace k8s_node::test {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* ours = "/etc/sysctl.d/90-k8s-node.conf";

class KernelParameters : public testing::Test, public BareMachine {
protected:
    KernelParameters() {
        write("/proc/sys/net/ipv4/ip_forward", "1\n");
        write("/proc/sys/net/ipv4/ip_local_port_range", "1024\t65000\n");
        write(ours, text);
    }
    void write(const std::string& file, const std::string& content) {
        make_directories(root().at(file).parent_path());
        write_file_atomically(root().at(file), content, {});
    }
    [[nodiscard]] std::vector<ParameterDrift> drift() const {
        return find_parameter_drift({ours}, root());
    }

    const std::string text = "# a comment = 1\nnet.ipv4.ip_forward = 1\n"
                             "net.ipv4.ip_local_port_range = 1024 65000\n"
                             "net.bridge.bridge-nf-call-iptables = 1\n";
    const Generation generation = generation_with({{"host" + std::string(ours), text}});
};

auto parameter(const std::string& key, const std::string& what, const std::string& overrider) {
    return AllOf(Field(&ParameterDrift::key, key), Field(&ParameterDrift::what, HasSubstr(what)),
                 Field(&ParameterDrift::overrider, overrider));
}

TEST_F(KernelParameters, WhatIsAsWeAskIsNoDriftNorWhatThisKernelLacks) {
    EXPECT_THAT(drift(), IsEmpty());
}

TEST_F(KernelParameters, ADirectoryThatCannotBeListedIsNotEmpty) {
    make_directories(root().at("/usr/lib"));
    std::filesystem::create_symlink("sysctl.d", root().at("/usr/lib/sysctl.d"));
    try {
        static_cast<void>(drift());
        FAIL() << "it was taken for empty";
    } catch (const Error& error) {
        EXPECT_THAT(error.message(),
                    AllOf(HasSubstr("list " + root().at("/usr/lib/sysctl.d").string()),
                          HasSubstr("Too many levels")));
    }
}

TEST_F(KernelParameters, OneThatWasSetByHandIsForInstallToMend) {
    write("/proc/sys/net/ipv4/ip_forward", "0\n");
    EXPECT_THAT(drift(), ElementsAre(parameter("net.ipv4.ip_forward", "is 0 instead of 1", "")));
    const auto found = find_drift(generation, 1, system);
    EXPECT_TRUE(std::ranges::any_of(found, [](const Drift& one) {
        return one.object == "kernel parameter net.ipv4.ip_forward" &&
               one.remedy == Remedy::install;
    }));
    EXPECT_THAT(find_overrides(generation, system), IsEmpty());
}

TEST_F(KernelParameters, TheFileThatWinsIsNamed) {
    write("/proc/sys/net/ipv4/ip_forward", "0\n");
    const std::string theirs = "/etc/sysctl.d/99-hardening.conf";
    write(theirs, "net/ipv4/ip_forward=0\n");
    EXPECT_THAT(drift(),
                ElementsAre(parameter("net.ipv4.ip_forward", theirs + " sets it after", theirs)));
    const auto found = find_overrides(generation, system);
    ASSERT_THAT(found, testing::SizeIs(1));
    EXPECT_EQ(found.front().remedy, Remedy::operator_);
}

TEST_F(KernelParameters, AFileThatWinsAtTheNextBootOnlyIsNamedToo) {
    write("/usr/lib/sysctl.d/99-x.conf", "-net.ipv4.ip_forward = 0\n");
    EXPECT_THAT(drift(), ElementsAre(parameter("net.ipv4.ip_forward", "after the next boot",
                                               "/usr/lib/sysctl.d/99-x.conf")));
}

TEST_F(KernelParameters, NamesDecideAndAFileOfEtcHidesItsNamesake) {
    write("/etc/sysctl.d/10-early.conf", "net.ipv4.ip_forward = 0\n");
    write("/usr/lib/sysctl.d/99-x.conf", "net.ipv4.ip_forward = 0\n");
    write("/etc/sysctl.d/99-x.conf", "# nothing\n");
    EXPECT_THAT(drift(), IsEmpty());
}

TEST_F(KernelParameters, TheOldFileCountsWhereItIsLinkedTo) {
    write("/etc/sysctl.conf", "net.ipv4.ip_forward = 0\n");
    EXPECT_THAT(drift(), IsEmpty());
    std::filesystem::create_symlink("../sysctl.conf", path("/etc/sysctl.d/99-sysctl.conf"));
    EXPECT_THAT(drift(), ElementsAre(parameter("net.ipv4.ip_forward", "99-sysctl.conf sets it",
                                               "/etc/sysctl.d/99-sysctl.conf")));
}

} // namespace
} // namespace k8s_node::test
