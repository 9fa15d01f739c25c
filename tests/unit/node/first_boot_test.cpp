#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cluster/api_error.hpp"
#include "model/finding.hpp"
#include "node/desired.hpp"
#include "node/first_boot.hpp"

namespace k8s_node {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::HasSubstr;

TEST(FirstBoot, WaitsForWhatComesByItself) {
    for (const auto status : {ExitStatus::failure, ExitStatus::fetch, ExitStatus::not_ready,
                              ExitStatus::busy, ExitStatus::not_yet}) {
        EXPECT_TRUE(is_cured_by_waiting(status)) << static_cast<int>(status);
    }
    for (const auto status : {ExitStatus::usage, ExitStatus::configuration, ExitStatus::unsuitable,
                              ExitStatus::verification}) {
        EXPECT_FALSE(is_cured_by_waiting(status)) << static_cast<int>(status);
    }
}

TEST(FirstBoot, TriesAreSpacedOutUpToABound) {
    const Error failure("");
    EXPECT_EQ(pause_after(0, failure, 0), 5s);
    EXPECT_EQ(pause_after(1, failure, 0), 15s);
    EXPECT_EQ(pause_after(4, failure, 0), 155s);
    EXPECT_EQ(pause_after(6, failure, 0), 295s);
    EXPECT_EQ(pause_after(4000000000U, failure, 0), 295s);
    const Error not_yet("", ExitStatus::not_yet);
    EXPECT_EQ(pause_after(1, not_yet, 0), 15s);
    EXPECT_EQ(pause_after(6, not_yet, 0), 25s) << "others may be ready at any moment";
}

TEST(FirstBoot, TriesOfMachinesThatBootTogetherSpread) {
    const Error failure("");
    EXPECT_EQ(pause_after(0, failure, 0.5), 2500ms);
    EXPECT_EQ(pause_after(6, failure, 0.5), 220s);
    EXPECT_GE(pause_after(0, failure, 0.999), 0s) << "the unit's own pause is not to be shortened";
}

TEST(FirstBoot, AServerThatNamesATimeIsLeftAloneUntilThen) {
    const auto refused = [](std::chrono::seconds retry_after) {
        return cluster::ServerError("busy", ExitStatus::not_yet, retry_after);
    };
    EXPECT_EQ(pause_after(0, refused(60s), 0), 55s);
    EXPECT_EQ(pause_after(0, refused(60s), 0.5), 70s) << "it names the same time to everybody";
    EXPECT_EQ(pause_after(0, refused(1s), 0), 5s) << "sooner than the pause that is due anyway";
    EXPECT_LT(pause_after(0, refused(24h), 0.999), 450s) << "nobody is sent away for a day";
}

TEST(FirstBoot, TheStatusNamesTheReasonAndWhetherItGoesOn) {
    const Finding late{"NodeAddress", Severity::error, "no address yet", "wait", Cure::time};
    const Finding swap{"Swap", Severity::error, "swap is on", "turn it off"};
    const auto status = [](const Findings& findings) {
        try {
            refuse_errors(findings, "not as it is");
            return std::string();
        } catch (const Error& error) {
            return status_of_try(error, 5s);
        }
    };
    EXPECT_THAT(status({late}), AllOf(HasSubstr("retrying in 10 s"), HasSubstr("no address yet")));
    EXPECT_THAT(status({late, swap}), AllOf(HasSubstr("gave up"), HasSubstr("swap is on")));
}

} // namespace
} // namespace k8s_node
