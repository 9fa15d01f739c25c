#include <filesystem>

#include <gmock/gmock.h>

#include "reset/lasting_findings.hpp"
#include "reset/reset_end.hpp"
#include "support/error.hpp"
#include "support/files.hpp"
#include "unit/support/temporary_directory.hpp"

namespace k8s_node {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class RemainingLedger : public testing::Test {
protected:
    RemainingLedger() {
        scope_.ledger.files = {"/etc/kubernetes/pki/a.crt", "/etc/x.d/a"};
        scope_.ledger.keys = {"/etc/kubernetes/pki/a.crt"};
        scope_.ledger.backups = scope_.ledger.files;
    }

    RemovalScope scope_;
};

/// A later reset puts back what was there before a certificate that stays.
TEST_F(RemainingLedger, KnowsWhatIsAsideOfTheKeysThatStay) {
    scope_.keep.identity = true;
    const auto rest = remaining_ledger(scope_, Root("/nowhere"));
    EXPECT_THAT(rest.backups, ElementsAre("/etc/kubernetes/pki/a.crt"));
    EXPECT_THAT(rest.files, ElementsAre("/etc/kubernetes/pki/a.crt"));
}

TEST_F(RemainingLedger, ForgetsWhatWasPutBack) {
    scope_.keep.store = true;
    EXPECT_THAT(remaining_ledger(scope_, Root("/nowhere")).backups, IsEmpty());
}

/// Kept data were made with the values that were fixed for them.
TEST_F(RemainingLedger, KnowsWhatIsFixedWhereDataStay) {
    scope_.ledger.fixed = {{"cluster.service_cidr", "10.96.0.0/16"}};
    EXPECT_THAT(remaining_ledger(scope_, Root("/nowhere")).fixed, IsEmpty());
    scope_.keep.data = true;
    EXPECT_EQ(remaining_ledger(scope_, Root("/nowhere")).fixed, scope_.ledger.fixed);
}

/// The install of a redeploy reads what a first boot or a rollout has configured.
TEST_F(RemainingLedger, KnowsTheConfigurationThatIsOurs) {
    scope_.ledger.files = {"/etc/k8s-node/join.yaml", "/etc/k8s-node/node.yaml",
                           "/etc/k8s-node/node.d/90-rollout.yaml", "/etc/sysctl.d/a.conf"};
    EXPECT_THAT(remaining_ledger(scope_, Root("/nowhere")).files, IsEmpty());
    scope_.keep.state = true;
    EXPECT_THAT(remaining_ledger(scope_, Root("/nowhere")).files,
                ElementsAre("/etc/k8s-node/join.yaml", "/etc/k8s-node/node.d/90-rollout.yaml",
                            "/etc/k8s-node/node.yaml"));
}

class OutliveReset : public testing::Test {
protected:
    OutliveReset() {
        check_.items.resize(2);
        check_.items[0].paths = {"/pki/missing.crt", "/pki/missing.key"}; // no finding of its own
        check_.items[1].paths = {"/pki/a.crt", "/pki/a.key"};
        check_.items[1].state = PkiState::broken;
        check_.findings = {{"Pki-a", Severity::error, "does not fit", ""}};
        ledger_.keys = {"/pki/a.crt", "/pki/a.key"};
    }
    [[nodiscard]] Findings found(const Keep& keep) const {
        return findings_that_outlive_reset(check_, ledger_, keep);
    }

    PkiCheck check_;
    Ledger ledger_;
};

TEST_F(OutliveReset, WhatIsWrongWithKeysOfOursGoesWithThem) {
    EXPECT_THAT(found({}), IsEmpty());
}

TEST_F(OutliveReset, WhatIsWrongWithKeysThatAreKeptStays) {
    EXPECT_EQ(found({.identity = true}), check_.findings);
    EXPECT_EQ(found({.data = true}), check_.findings);
}

TEST_F(OutliveReset, WhatIsWrongWithAKeyOfTheOperatorsStays) {
    ledger_.keys.erase("/pki/a.key");
    EXPECT_EQ(found({}), check_.findings);
}

/// A link to itself stands for a disk that cannot be read, for root too.
TEST(Inventory, TakesNothingThatCannotBeReadForEmptyOrGone) {
    const test::TemporaryDirectory machine;
    const auto loop = machine.path() / "loop";
    std::filesystem::create_symlink("loop", loop);
    EXPECT_FALSE(is_empty_of_all_but(loop, {}));
    EXPECT_THROW(static_cast<void>(path_exists(loop / "x")), Error);
    EXPECT_TRUE(is_empty_of_all_but(machine.path() / "none", {}));
}

} // namespace
} // namespace k8s_node
