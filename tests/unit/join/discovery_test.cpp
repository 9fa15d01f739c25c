#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cluster/api_error.hpp"
#include "join/admission.hpp"
#include "join/discovery.hpp"
#include "join/pin.hpp"
#include "unit/cluster/stand_in.hpp"

namespace k8s_node {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

const std::string token = "abcdef.0123456789abcdef";

class Discovery : public testing::Test {
protected:
    static void SetUpTestSuite() { servers_ = std::make_unique<cluster::StandIn>(); }
    static void TearDownTestSuite() { servers_.reset(); }

    static std::string file(const std::string& name) { return read_file(servers_->file(name)); }
    static std::string pin(const std::string& authority = "ca.crt") {
        return pin_of(parse_certificates(file(authority), authority).front());
    }
    /// Join data with nothing but a pin, for one of the servers.
    static JoinData data_for(const std::string& server, const std::string& with_token = token,
                             const std::string& with_pin = pin()) {
        Diagnostics diagnostics;
        auto data = parse_join_data("join.yaml",
                                    "endpoint: " + file(server) + "\ntoken: " + with_token +
                                        "\nca_pins: [" + with_pin + "]\nprofile: worker\n",
                                    diagnostics);
        diagnostics.throw_if_any();
        return data;
    }
    static JoinData discovered(const JoinData& data) {
        EventLoop loop;
        return discover(data, loop);
    }
    static Findings findings_of(const JoinData& data, const Newcomer& machine) {
        EventLoop loop;
        return check_admission(data, machine, loop);
    }
    static JoinData complete(JoinData data) {
        data.authority = file("ca.crt");
        return data;
    }
    /// Returns the error of a discovery that must fail.
    static Error failure(const JoinData& data) {
        try {
            static_cast<void>(discovered(data));
        } catch (const Error& error) {
            return error;
        }
        return Error("it was believed");
    }

    static std::unique_ptr<cluster::StandIn> servers_;
};

std::unique_ptr<cluster::StandIn> Discovery::servers_;

TEST_F(Discovery, TakesNoRefusalFromAServerThatIsNotReady) {
    const auto unknown = failure(data_for("booting"));
    EXPECT_EQ(unknown.status(), ExitStatus::not_yet) << unknown.message();
    try {
        static_cast<void>(findings_of(complete(data_for("booting")), {}));
        FAIL() << "nobody has answered";
    } catch (const Error& error) {
        EXPECT_EQ(error.status(), ExitStatus::not_yet) << error.message();
    }
}

TEST_F(Discovery, PassesOnForHowLongABusyClusterWantsToBeLeftAlone) {
    try {
        static_cast<void>(discovered(data_for("busy")));
        FAIL() << "nobody has answered";
    } catch (const cluster::ServerError& error) {
        EXPECT_EQ(error.status(), ExitStatus::not_yet);
        EXPECT_EQ(error.retry_after(), std::chrono::seconds(17));
    }
}

TEST_F(Discovery, LearnsFromTheClusterWhatItsNodesAgreeOn) {
    const auto data = discovered(data_for("cluster"));
    EXPECT_TRUE(data.is_complete());
    EXPECT_EQ(pin_of(parse_certificates(data.authority, "ca").front()), pin());
    EXPECT_EQ(data.release->name, "1.36.5");
    const auto* settings = data.settings.find("cluster");
    ASSERT_NE(settings, nullptr);
    EXPECT_EQ(settings->find("pod_cidr")->text(), "10.44.0.0/16");
    EXPECT_EQ(settings->find("service_cidr")->text(), "10.55.0.0/16");
    EXPECT_EQ(settings->find("domain")->text(), "example.local");
    EXPECT_EQ(settings->find("dns_address")->text(), "10.55.0.10");
    EXPECT_EQ(settings->find("network")->text(), "host-gw");
    EXPECT_EQ(settings->find("load_balancer")->text(), "haproxy");
}

TEST_F(Discovery, LeavesNetworkProxyAndNamesToAClusterThatHasItsOwn) {
    const auto ours = discovered(data_for("cluster"));
    const auto* cluster = ours.settings.find("cluster");
    ASSERT_NE(cluster, nullptr);
    EXPECT_EQ(cluster->find("addons"), nullptr) << "a cluster of this program";
    const auto kubeadms = discovered(data_for("kubeadm"));
    cluster = kubeadms.settings.find("cluster");
    ASSERT_NE(cluster, nullptr);
    EXPECT_EQ(cluster->find("network")->text(), "none");
    EXPECT_EQ(cluster->find("addons")->text(), "pods");
    EXPECT_EQ(cluster->find("pod_cidr")->text(), "10.44.0.0/16");
    EXPECT_EQ(cluster->find("dns_address")->text(), "10.55.0.10,fd00:55::a");
}

TEST_F(Discovery, LeavesWhatTheJoinDataSay) {
    auto data = data_for("cluster");
    data.release = NamedAt{"1.35.9", {}};
    EXPECT_EQ(discovered(data).release->name, "1.35.9");
}

TEST_F(Discovery, AsksNobodyWithCompleteData) {
    EXPECT_EQ(discovered(complete(data_for("starting"))).settings.entries().size(), 0U);
}

TEST_F(Discovery, RefusesAnotherPin) {
    const auto error = failure(data_for("cluster", token, pin("other-ca.crt")));
    EXPECT_EQ(error.status(), ExitStatus::verification);
    EXPECT_THAT(error.message(), AllOf(HasSubstr("join.yaml:3:11"), HasSubstr(pin())));
    EXPECT_THAT(error.hint(), HasSubstr("in the middle"));
}

TEST_F(Discovery, RefusesSomebodyInTheMiddleWhoPassesOnWhatTheClusterSays) {
    const auto error = failure(data_for("middle"));
    EXPECT_EQ(error.status(), ExitStatus::verification) << error.message();
    EXPECT_THAT(error.message(), HasSubstr("is not the cluster of these join data"));
}

TEST_F(Discovery, RefusesAServerThatSaysTwoThings) {
    EXPECT_EQ(failure(data_for("liar")).status(), ExitStatus::verification);
}

TEST_F(Discovery, RefusesAnotherClusterWithTheSameToken) {
    EXPECT_EQ(failure(data_for("other")).status(), ExitStatus::verification);
}

TEST_F(Discovery, RefusesASecretThatDidNotSign) {
    const auto error = failure(data_for("cluster", "abcdef.0123456789abcdeg"));
    EXPECT_EQ(error.status(), ExitStatus::verification);
    EXPECT_THAT(error.message(), AllOf(HasSubstr("abcdef"), Not(HasSubstr("abcdeg"))));
}

TEST_F(Discovery, RefusesATokenThatSignsNothing) {
    const auto error = failure(data_for("cluster", "nosign.0123456789abcdef"));
    EXPECT_EQ(error.status(), ExitStatus::configuration);
    EXPECT_THAT(error.message(),
                AllOf(HasSubstr("join.yaml:2:8"), HasSubstr("knows no token nosign"),
                      Not(HasSubstr("0123456789abcdef"))));
}

TEST_F(Discovery, WaitsForAClockThatIsBehind) {
    const auto server = failure(data_for("early"));
    EXPECT_EQ(server.status(), ExitStatus::not_yet) << server.message();
    EXPECT_THAT(server.message(), HasSubstr("this machine's clock says"));
    const auto ca = failure(data_for("young", token, pin("young-ca.crt")));
    EXPECT_EQ(ca.status(), ExitStatus::not_yet) << ca.message();
    EXPECT_THAT(ca.message(), HasSubstr("2098-01-01"));
}

TEST_F(Discovery, WaitsForAControlPlane) {
    EXPECT_EQ(failure(data_for("starting")).status(), ExitStatus::not_yet);
    auto nobody = data_for("cluster");
    cluster::StandIn gone;
    nobody.endpoint.name = read_file(gone.file("cluster"));
    gone.stop();
    const auto error = failure(nobody);
    EXPECT_EQ(error.status(), ExitStatus::not_yet);
    EXPECT_THAT(error.message(), AllOf(HasSubstr(nobody.endpoint.name), HasSubstr("refused")));
}

TEST_F(Discovery, NeedsTheCaWhereStrangersAreShownNothing) {
    const auto error = failure(data_for("closed"));
    EXPECT_EQ(error.status(), ExitStatus::configuration);
    EXPECT_THAT(error.hint(), HasSubstr("--write"));
}

const Newcomer newcomer{"new", "this-machine", {1, 36, 5}};

TEST_F(Discovery, AdmitsAMachine) {
    EXPECT_THAT(findings_of(complete(data_for("cluster")), newcomer), IsEmpty());
}

TEST_F(Discovery, DoesNotAdmitASecondMachineOfOneName) {
    auto second = newcomer;
    second.node_name = "alive";
    const auto findings = findings_of(complete(data_for("cluster")), second);
    ASSERT_EQ(findings.size(), 1U);
    EXPECT_EQ(findings[0].name, "NodeName");
}

TEST_F(Discovery, WatchesWhoeverHasTheNameUntilItReportsOrHasDied) {
    auto second = newcomer;
    second.node_name = "reporting";
    EXPECT_EQ(findings_of(complete(data_for("cluster")), second).size(), 1U);
    second.node_name = "died"; // 58 s ago when the test began
    EXPECT_THAT(findings_of(complete(data_for("cluster")), second), IsEmpty());
}

TEST_F(Discovery, DoesNotAdmitANewerKubelet) {
    auto newer = newcomer;
    newer.kubelet = {1, 37, 1};
    const auto findings = findings_of(complete(data_for("cluster")), newer);
    ASSERT_EQ(findings.size(), 1U);
    EXPECT_EQ(findings[0].name, "KubeletSkew");
}

TEST_F(Discovery, DoesNotAdmitAnExpiredToken) {
    try {
        static_cast<void>(
            findings_of(complete(data_for("cluster", "gone00.0123456789abcdef")), newcomer));
        FAIL() << "it was admitted";
    } catch (const ConfigurationError& error) {
        EXPECT_THAT(error.message(), AllOf(HasSubstr("join.yaml:2:8"), HasSubstr("expired")));
    }
}

TEST_F(Discovery, ShowsNoTokenToSomebodyInTheMiddle) {
    try {
        static_cast<void>(findings_of(complete(data_for("middle")), newcomer));
        FAIL() << "the token was sent";
    } catch (const Error& error) {
        EXPECT_EQ(error.status(), ExitStatus::verification);
    }
}

} // namespace
} // namespace k8s_node
