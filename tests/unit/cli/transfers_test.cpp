#include <gmock/gmock.h>

#include "terminal/transfers.hpp"

namespace k8s_node::cli {
namespace {

using ::testing::ElementsAre;
using namespace std::chrono_literals;

constexpr std::uint64_t mebibyte = std::uint64_t{1} << 20U;
constexpr std::size_t wide = 200;

class TransfersTest : public ::testing::Test {
protected:
    /// One more second, in which this was received.
    void second(const std::string& name, std::uint64_t bytes, std::uint64_t total) {
        now += 1s;
        transfers.progress(name, bytes, total, now);
    }

    Transfers transfers;
    Transfers::Clock::time_point now;
};

TEST_F(TransfersTest, LineTellsRateAndTimeLeft) {
    second("etcd", 0, 100 * mebibyte);
    EXPECT_THAT(transfers.lines(wide), ElementsAre("etcd  0 B of 100.0 MiB"));
    second("etcd", 10 * mebibyte, 100 * mebibyte);
    EXPECT_THAT(transfers.lines(wide),
                ElementsAre("etcd  10.0 MiB of 100.0 MiB  10.0 MiB/s  9 s left"));
}

TEST_F(TransfersTest, EstimateFollowsALineThatBecameSlow) {
    second("etcd", 0, 100 * mebibyte);
    second("etcd", 50 * mebibyte, 100 * mebibyte);
    for (std::uint64_t i = 1; i <= 30; ++i) {
        second("etcd", 50 * mebibyte + i * mebibyte / 10, 100 * mebibyte);
    }
    EXPECT_THAT(transfers.lines(wide),
                ElementsAre("etcd  53.0 MiB of 100.0 MiB  104.7 KiB/s  7 min 40 s left"));
}

TEST_F(TransfersTest, RateDoesNotSufferFromATransferThatBeginsAnew) {
    second("etcd", 0, 100 * mebibyte);
    second("etcd", 10 * mebibyte, 100 * mebibyte);
    second("etcd", 0, 100 * mebibyte);
    second("etcd", 10 * mebibyte, 100 * mebibyte);
    EXPECT_THAT(transfers.lines(wide),
                ElementsAre("etcd  10.0 MiB of 100.0 MiB  10.0 MiB/s  9 s left"));
}

TEST_F(TransfersTest, ResumedTransferCountsOnlyWhatItReceives) {
    second("etcd", 90 * mebibyte, 100 * mebibyte);
    second("etcd", 91 * mebibyte, 100 * mebibyte);
    EXPECT_THAT(transfers.lines(wide),
                ElementsAre("etcd  91.0 MiB of 100.0 MiB  1.0 MiB/s  9 s left"));
}

TEST_F(TransfersTest, UnknownSizeHasNoEstimate) {
    second("etcd", 0, 0);
    second("etcd", mebibyte, 0);
    EXPECT_THAT(transfers.lines(wide), ElementsAre("etcd  1.0 MiB  1.0 MiB/s"));
}

TEST_F(TransfersTest, EachArtifactHasALineUntilItIsRemoved) {
    second("kubernetes-server", 0, 0);
    second("etcd", 0, 0);
    transfers.verified("etcd");
    EXPECT_THAT(transfers.lines(wide),
                ElementsAre("etcd               verified, unpacking", "kubernetes-server  0 B"));
    transfers.remove("etcd");
    EXPECT_THAT(transfers.lines(10), ElementsAre("kubernetes"));
}

} // namespace
} // namespace k8s_node::cli
