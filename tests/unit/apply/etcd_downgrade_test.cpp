#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "apply/etcd_downgrade.hpp"
#include "support/error.hpp"

namespace k8s_node {
namespace {

using testing::IsEmpty;

/// etcd as it answers: it raises its data when asked a first time, and lowers
/// them one question after it is told to.
class Etcd : public cluster::Transport {
public:
    Etcd(std::string program, std::string storage)
        : program_(std::move(program)), storage_(std::move(storage)) {}

    cluster::HttpReply send(const cluster::HttpRequest& request) override {
        if (request.path == "/v3/maintenance/downgrade") {
            asked = request.body;
            return refuses ? cluster::HttpReply{400, R"({"message":"not now"})"}
                           : cluster::HttpReply{200, "{}"};
        }
        const nlohmann::json status = {{"version", program_},
                                       {"storageVersion", storage_},
                                       {"downgradeInfo", {{"enabled", !asked.empty()}}}};
        storage_ = asked.empty() ? program_ : "3.6.0";
        return {200, status.dump()};
    }
    cluster::HttpReply stream(const cluster::HttpRequest&, cluster::Clock::time_point,
                              const Sink&) override {
        return {};
    }

    std::string asked;
    bool refuses = false;

private:
    std::string program_;
    std::string storage_;
};

Manifest with_etcd(const char* version) {
    Manifest manifest;
    manifest.components = {{"etcd", {{"etcd", version}}}};
    return manifest;
}

constexpr Version older{3, 6, 14};
constexpr auto soon = std::chrono::seconds(10);

TEST(EtcdDowngrade, IsForOneMinorDownOnly) {
    EXPECT_EQ(etcd_to_downgrade_to(with_etcd("3.7.1"), with_etcd("3.6.14")), older);
    EXPECT_EQ(etcd_to_downgrade_to(with_etcd("3.6.14"), with_etcd("3.7.1")), std::nullopt);
    EXPECT_EQ(etcd_to_downgrade_to(with_etcd("3.6.15"), with_etcd("3.6.14")), std::nullopt);
    EXPECT_EQ(etcd_to_downgrade_to(with_etcd("3.8.0"), with_etcd("3.6.14")), std::nullopt);
    EXPECT_EQ(etcd_to_downgrade_to(Manifest{}, with_etcd("3.6.14")), std::nullopt);
}

TEST(EtcdDowngrade, AnEtcdThatWasNotRestartedYetIsLeftAlone) {
    Etcd etcd("3.6.14", "3.6.0");
    downgrade_etcd(etcd, older, soon);
    EXPECT_THAT(etcd.asked, IsEmpty());
}

TEST(EtcdDowngrade, WaitsUntilTheDataAreLowered) {
    Etcd etcd("3.7.1", "3.7.0");
    downgrade_etcd(etcd, older, soon);
    EXPECT_EQ(etcd.asked, R"({"action":"ENABLE","version":"3.6"})");
}

TEST(EtcdDowngrade, OneThatHasJustBegunFirstRaisesItsData) {
    Etcd etcd("3.7.1", "3.6.0");
    downgrade_etcd(etcd, older, soon);
    EXPECT_EQ(etcd.asked, R"({"action":"ENABLE","version":"3.6"})");
}

TEST(EtcdDowngrade, ARefusalIsToldInEtcdsWords) {
    Etcd etcd("3.7.1", "3.7.0");
    etcd.refuses = true;
    try {
        downgrade_etcd(etcd, older, soon);
        FAIL() << "nothing was refused";
    } catch (const Error& error) {
        EXPECT_STREQ(error.what(), "etcd answered 400 to /v3/maintenance/downgrade: not now");
    }
}

} // namespace
} // namespace k8s_node
