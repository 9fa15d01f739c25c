// What is taken away by programs of the machine's: played by small scripts, which
// come before the real ones in PATH.
#include <cstdlib>

#include <gmock/gmock.h>

#include "support/error.hpp"
#include "support/files.hpp"
#include "teardown/firewall.hpp"
#include "teardown/nftables.hpp"
#include "unit/support/temporary_directory.hpp"

namespace k8s_node::teardown {
namespace {

namespace fs = std::filesystem;

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class Programs : public testing::Test {
protected:
    Programs() {
        const char* before = std::getenv("PATH");
        path_ = before == nullptr ? "" : before;
        ::setenv("PATH", (directory_.path().string() + ":" + path_).c_str(), 1);
        for (const std::string family : {"iptables", "ip6tables"}) {
            for (const std::string back_end : {"-legacy", "-nft"}) {
                play(family + back_end + "-save", "true");
            }
        }
    }
    ~Programs() override { ::setenv("PATH", path_.c_str(), 1); }
    Programs(const Programs&) = delete;
    Programs& operator=(const Programs&) = delete;
    Programs(Programs&&) = delete;
    Programs& operator=(Programs&&) = delete;

    void play(const std::string& name, const std::string& body) const {
        directory_.write("/" + name, "#!/bin/sh\necho \"$0 $*\" >> " + said() + "\n" + body + "\n");
        fs::permissions(directory_.path() / name, fs::perms::owner_all);
    }
    [[nodiscard]] std::string said() const { return (directory_.path() / "said").string(); }

    test::TemporaryDirectory directory_;
    std::string path_;
};

TEST_F(Programs, TablesAreFoundByNameAndRemovedOneByOne) {
    play("nft", "[ $1 = delete ] || printf 'table ip kube-proxy\\ntable ip theirs\\ntable ip6 "
                "kube-proxy\\n'");
    EXPECT_THAT(find_nftables({"kube-proxy"}), ElementsAre("ip kube-proxy", "ip6 kube-proxy"));
    remove_nftables("ip6 kube-proxy");
    EXPECT_THAT(read_file(said()), HasSubstr("nft delete table ip6 kube-proxy\n"));
    EXPECT_THAT(read_file(said()), Not(HasSubstr("flush")));
}

TEST_F(Programs, WhatCannotBeListedIsNotCalledClean) {
    play("nft", "echo 'Operation not permitted (you must be root)' >&2; exit 1");
    EXPECT_THROW(static_cast<void>(find_nftables({"kube-proxy"})), Error);
}

TEST_F(Programs, AKernelWithoutThemHasNone) {
    play("nft",
         "echo 'netlink: Error: cache initialization failed: Protocol not supported' >&2; exit 1");
    play("iptables-nft-save",
         "echo 'Failed to initialize nft: Protocol not supported' >&2; exit 1");
    EXPECT_THAT(find_nftables({"kube-proxy"}), IsEmpty());
    Cleanup cleanup;
    cleanup.firewall_chains = {"KUBE-*"};
    EXPECT_THAT(find_firewall(cleanup), IsEmpty());
}

TEST_F(Programs, RulesThatCannotBeReadAreNamedBesideTheOthers) {
    play("iptables-legacy-save", "printf '*nat\\n:KUBE-SERVICES - [0:0]\\nCOMMIT\\n'");
    play("iptables-nft-save",
         "echo 'Could not fetch rule set generation id: Permission denied' >&2; exit 4");
    Cleanup cleanup;
    cleanup.firewall_chains = {"KUBE-*"};
    EXPECT_THAT(find_firewall(cleanup),
                ElementsAre("iptables-legacy nat: chain KUBE-SERVICES",
                            "the rules of iptables-nft cannot be read: Could not fetch rule set "
                            "generation id: Permission denied"));
    EXPECT_THROW(remove_firewall(cleanup), Error);
}

} // namespace
} // namespace k8s_node::teardown
