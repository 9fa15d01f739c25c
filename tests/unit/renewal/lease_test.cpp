#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "cluster/api_error.hpp"
#include "renewal/lease.hpp"

namespace k8s_node {

namespace {

using nlohmann::json;
using namespace std::chrono_literals;

/// An API server with one Lease, which refuses a write over a version that is not the newest.
class OneLease final : public cluster::Transport {
public:
    [[nodiscard]] cluster::HttpReply send(const cluster::HttpRequest& request) override {
        if (status_ != 0) {
            return {status_, "{}"};
        }
        if (request.method == "GET") {
            return object.is_null() ? cluster::HttpReply{404, "{}"}
                                    : cluster::HttpReply{200, object.dump()};
        }
        auto written = json::parse(request.body);
        const bool fits = request.method == "POST"
                              ? object.is_null()
                              : written["metadata"].value("resourceVersion", "") == version();
        if (!fits || somebody_is_faster) {
            return {409, "{}"};
        }
        written["metadata"]["resourceVersion"] = std::to_string(++version_);
        object = written;
        return {200, object.dump()};
    }
    cluster::HttpReply stream(const cluster::HttpRequest& /*request*/,
                              cluster::Clock::time_point /*deadline*/,
                              const Sink& /*sink*/) override {
        return {404, ""};
    }

    [[nodiscard]] std::string holder() const { return object["spec"]["holderIdentity"]; }
    void fail_with(long status) { status_ = status; }

    json object;
    bool somebody_is_faster = false;

private:
    [[nodiscard]] std::string version() const { return std::to_string(version_); }
    int version_ = 0;
    long status_ = 0;
};

class LeaseTest : public testing::Test {
protected:
    Lease of(const std::string& holder) { return {server_, "turn", holder, 900s}; }

    OneLease server_;
    Lease::Clock::time_point now_ = Lease::Clock::now();
};

TEST_F(LeaseTest, OneHoldsItUntilItIsGivenBack) {
    auto one = of("n1");
    auto other = of("n2");
    EXPECT_EQ(one.take(now_), std::nullopt);
    EXPECT_EQ(other.take(now_), "n1");
    other.release(); // not its own
    EXPECT_EQ(server_.holder(), "n1");
    one.release();
    EXPECT_EQ(other.take(now_), std::nullopt);
    EXPECT_EQ(server_.holder(), "n2");
}

TEST_F(LeaseTest, AKilledRunOfTheSameNodeHoldsItStill) {
    EXPECT_EQ(of("n1").take(now_), std::nullopt);
    EXPECT_EQ(of("n1").take(now_), std::nullopt);
}

TEST_F(LeaseTest, AnothersHasRunOutOnceItWasSeenUnchangedForItsTime) {
    EXPECT_EQ(of("n1").take(now_), std::nullopt);
    auto other = of("n2");
    EXPECT_EQ(other.take(now_), "n1");
    EXPECT_EQ(other.take(now_ + 899s), "n1");
    server_.object["spec"]["renewTime"] = "2026-11-28T12:00:00.000001Z"; // it is alive
    EXPECT_EQ(other.take(now_ + 900s), "n1");
    EXPECT_EQ(other.take(now_ + 1800s), std::nullopt);
    EXPECT_EQ(server_.holder(), "n2");
}

TEST_F(LeaseTest, OfTwoThatWriteAtOnceOneHasIt) {
    server_.somebody_is_faster = true;
    EXPECT_NE(of("n1").take(now_), std::nullopt);
}

TEST_F(LeaseTest, ARefusalIsAnError) {
    server_.fail_with(403);
    EXPECT_THROW(of("n1").take(now_), cluster::ApiError);
}

} // namespace

} // namespace k8s_node
