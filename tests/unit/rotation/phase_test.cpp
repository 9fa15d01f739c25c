// Which phase a run makes, from what an earlier one has left.
#include <gtest/gtest.h>

#include "rotation/phase.hpp"
#include "support/error.hpp"

namespace k8s_node {
namespace {

std::optional<Rotation> at(Phase phase, bool settled) {
    return Rotation{"ca", phase, settled, {}, {}};
}

ExitStatus refusal(const std::optional<Rotation>& found) {
    try {
        static_cast<void>(next_phase("ca", found, Wish::finish));
    } catch (const Error& error) {
        return error.status();
    }
    return ExitStatus::success;
}

TEST(Phase, GoesFromTrustToUseAndDropsOnlyWhenAsked) {
    EXPECT_EQ(next_phase("ca", std::nullopt, Wish::advance), Phase::trust);
    EXPECT_EQ(next_phase("ca", at(Phase::trust, true), Wish::advance), Phase::use);
    EXPECT_EQ(next_phase("ca", at(Phase::use, true), Wish::advance), std::nullopt);
    EXPECT_EQ(next_phase("ca", at(Phase::use, true), Wish::finish), Phase::drop);
}

TEST(Phase, OfAKilledRunIsRepeated) {
    for (const auto phase : {Phase::trust, Phase::use, Phase::drop}) {
        EXPECT_EQ(next_phase("ca", at(phase, false), Wish::advance), phase);
    }
    EXPECT_EQ(next_phase("ca", at(Phase::drop, false), Wish::finish), Phase::drop);
}

TEST(Phase, TheOldKeyIsNotDroppedWhileItIsUsed) {
    EXPECT_EQ(refusal(std::nullopt), ExitStatus::usage);
    EXPECT_EQ(refusal(at(Phase::trust, true)), ExitStatus::unsuitable);
    EXPECT_EQ(refusal(at(Phase::trust, false)), ExitStatus::unsuitable);
    EXPECT_EQ(refusal(at(Phase::use, false)), ExitStatus::unsuitable);
}

TEST(Phase, SaysWhatComesNext) {
    EXPECT_EQ(next_step(*at(Phase::trust, true)), "k8s-node-install certs rotate-ca ca");
    EXPECT_EQ(next_step(*at(Phase::use, true)), "k8s-node-install certs rotate-ca ca --finish");
    EXPECT_EQ(next_step({"encryption", Phase::use, false, {}, {}}),
              "k8s-node-install certs rotate-key encryption");
}

} // namespace
} // namespace k8s_node
