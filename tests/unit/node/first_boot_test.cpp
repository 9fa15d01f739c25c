#include <gmock/gmock.h>
#include <gtest/gtest.h>

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
    EXPECT_EQ(pause_after(0, ExitStatus::failure), 0s);
    EXPECT_EQ(pause_after(1, ExitStatus::failure), 5s);
    EXPECT_EQ(pause_after(4, ExitStatus::failure), 75s);
    EXPECT_EQ(pause_after(6, ExitStatus::failure), 295s);
    EXPECT_EQ(pause_after(4000000000U, ExitStatus::failure), 295s);
    EXPECT_EQ(pause_after(1, ExitStatus::not_yet), 5s);
    EXPECT_EQ(pause_after(6, ExitStatus::not_yet), 25s) << "others may be ready at any moment";
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
