// Which requests for serving certificates are approved, denied and left to wait.
#include <gmock/gmock.h>

#include "small_cluster.hpp"

namespace k8s_node::approver {
namespace {

using pki_test::RequestForm;
using testing::HasSubstr;

Decision decide_on(const Json& object, const NodeDirectory& nodes = directory()) {
    static const auto ours = reserved();
    return decide(read_signing_request(object), nodes, ours);
}

Decision decide_on_names(const std::string& names, const NodeDirectory& nodes = directory()) {
    return decide_on(request_object({.alternative_names = names}), nodes);
}

void expect(const Decision& decision, Verdict verdict, const std::string& message) {
    EXPECT_EQ(decision.verdict, verdict) << decision.message;
    EXPECT_THAT(decision.message, HasSubstr(message));
    EXPECT_NE(decision.reason, "");
    EXPECT_EQ(decision.reason.find(' '), std::string::npos) << "the API wants one word";
}

TEST(Decision, ApprovesWhatANodeHas) {
    for (const auto* names :
         {"DNS:w1", "IP:192.0.2.7", "DNS:w1,IP:192.0.2.7", "DNS:W1,DNS:w1.example.org",
          "DNS:w1,IP:192.0.2.7,IP:2001:db8:0:0::7", "IP:::ffff:192.0.2.7"}) {
        expect(decide_on_names(names), Verdict::approve, "asks for itself");
    }
}

TEST(Decision, ApprovesKeyEnciphermentToo) {
    auto object = request_object({.key = "RSA:2048"});
    object["spec"]["usages"] = {"server auth", "key encipherment", "digital signature"};
    expect(decide_on(object), Verdict::approve, "");
}

TEST(Decision, AHostNameMayBeAnAddress) {
    const auto nodes = directory({node("w1", {{"Hostname", "192.0.2.7"}})});
    expect(decide_on_names("IP:192.0.2.7", nodes), Verdict::approve, "");
}

TEST(Decision, DeniesWhoIsNoNode) {
    auto object = request_object({});
    object["spec"]["username"] = "system:serviceaccount:default:builder";
    expect(decide_on(object), Verdict::deny, "system:serviceaccount:default:builder");
    object["spec"]["username"] = "system:node:";
    expect(decide_on(object), Verdict::deny, "only a node");
    object = request_object({});
    object["spec"]["groups"] = {"system:authenticated"};
    expect(decide_on(object), Verdict::deny, "only a node");
}

TEST(Decision, DeniesANodeThatAsksForAnother) {
    expect(decide_on(request_object({.common_name = "system:node:w2"})), Verdict::deny,
           "'system:node:w2' is not that of the requesting user 'system:node:w1'");
    expect(decide_on(request_object({.common_name = "w1"})), Verdict::deny, "common name 'w1'");
}

TEST(Decision, DeniesOtherGroupsInTheSubject) {
    for (const auto& organizations : std::vector<std::vector<std::string>>{
             {}, {"system:masters"}, {"system:nodes", "system:masters"}}) {
        expect(decide_on(request_object({.organizations = organizations})), Verdict::deny,
               "not exactly system:nodes");
    }
}

TEST(Decision, DeniesUsagesOtherThanAServers) {
    for (const auto& usages :
         std::vector<std::vector<std::string>>{{},
                                               {"server auth"},
                                               {"digital signature", "server auth", "client auth"},
                                               {"digital signature", "client auth"},
                                               {"digital signature", "server auth", "cert sign"}}) {
        auto object = request_object({});
        object["spec"]["usages"] = usages;
        expect(decide_on(object), Verdict::deny, "usages are not");
    }
}

TEST(Decision, DeniesWhatCannotBeRead) {
    auto object = request_object({});
    object["spec"]["request"] = "%%%";
    expect(decide_on(object), Verdict::deny, "not exactly one PEM block");
    object["spec"]["request"] = 5;
    expect(decide_on(object), Verdict::deny, "not exactly one PEM block");
    expect(decide_on(request_object({.key = "RSA:1024"})), Verdict::deny, "1024 bits");
    expect(decide_on_names("DNS:w1,email:root@w1"), Verdict::deny, "e-mail");
    expect(decide_on(Json::array()), Verdict::deny, "only a node");
}

TEST(Decision, DeniesARequestForNothing) {
    expect(decide_on_names(""), Verdict::deny, "no name and no address");
}

/// A kubelet writes its Node object's addresses itself: claiming them does not help.
TEST(Decision, DeniesNamesAndAddressesOfThePartsOfTheCluster) {
    for (const auto& [kind, value, why] : std::vector<std::array<std::string, 3>>{
             {"DNS", "kubernetes", "API server"},
             {"DNS", "kubernetes.default.svc.cluster.local", "API server"},
             {"DNS", "API.example.org", "API server"},
             {"DNS", "metrics.kube-system.svc", "inside of the cluster"},
             {"DNS", "dns.kube-system.svc.cluster.local", "inside of the cluster"},
             {"DNS", "localhost", "inside of the cluster"},
             {"DNS", "*.example.org", "not the name of one host"},
             {"DNS", "w1..example.org", "not the name of one host"},
             {"DNS", "192.0.2.8", "is an address, not a name"},
             {"IP", "192.0.2.100", "API server"},
             {"IP", "::ffff:192.0.2.100", "API server"},
             {"IP", "2001:db8::100", "API server"},
             {"IP", "10.96.0.1", "API server"},
             {"IP", "10.96.0.10", "10.96.0.0/16"},
             {"IP", "10.244.3.4", "10.244.0.0/16"},
             {"IP", "127.0.0.1", "one machine"},
             {"IP", "::1", "one machine"},
             {"IP", "0.0.0.0", "one machine"},
             {"IP", "fe80::7", "one machine"},
             {"IP", "224.0.0.1", "one machine"}}) {
        const auto type = kind == "IP" ? "InternalIP" : "InternalDNS";
        const auto claimed = directory({cp1, node("w1", {{type, value}}), w2});
        expect(decide_on_names(kind + ":" + value, claimed), Verdict::deny, why);
    }
}

TEST(Decision, DeniesWhatBelongsToAControlPlane) {
    const auto greedy =
        directory({cp1, node("w1", {{"InternalIP", "192.0.2.1"}, {"Hostname", "cp1"}}), w2});
    expect(decide_on_names("IP:192.0.2.1", greedy), Verdict::deny, "the control plane cp1");
    expect(decide_on_names("DNS:cp1", greedy), Verdict::deny, "the control plane cp1");
}

TEST(Decision, DeniesTheNameOfAnotherNode) {
    const auto greedy = directory({cp1, node("w1", {{"Hostname", "w2"}}), w2});
    expect(decide_on_names("DNS:w2", greedy), Verdict::deny, "the node w2");
}

TEST(Decision, AControlPlaneMayHaveItsOwn) {
    auto object = request_object(
        {.common_name = "system:node:cp1", .alternative_names = "DNS:cp1,IP:192.0.2.1"});
    object["spec"]["username"] = "system:node:cp1";
    expect(decide_on(object), Verdict::approve, "");
}

TEST(Decision, WaitsForTheNodeObjectAndWhatItLacks) {
    expect(decide_on_names("DNS:w1", directory({cp1})), Verdict::wait, "no Node object w1");
    expect(decide_on_names("DNS:w1,IP:192.0.2.7", directory({cp1, node("w1", {})})), Verdict::wait,
           "does not have the address 192.0.2.7 yet");
    expect(decide_on_names("DNS:w1,DNS:elsewhere"), Verdict::wait, "name elsewhere yet");
    expect(decide_on_names("IP:192.0.2.9"), Verdict::wait, "address 192.0.2.9 yet");
}

TEST(Decision, BelievesNeitherOfTwoWorkersWithOneAddress) {
    const auto greedy = node("w2", {{"InternalIP", "192.0.2.7"}, {"Hostname", "w1"}});
    expect(decide_on_names("IP:192.0.2.7", directory({cp1, w1, greedy})), Verdict::wait,
           "w1 and w2 both have the address 192.0.2.7");
    expect(decide_on_names("DNS:w1", directory({cp1, w1, greedy})), Verdict::approve, "");
}

TEST(Decision, AnAddressOfTheWrongTypeIsNone) {
    const auto odd =
        directory({node("w1", {{"InternalDNS", "192.0.2.7"}, {"Strange", "192.0.2.7"}})});
    expect(decide_on_names("IP:192.0.2.7", odd), Verdict::wait, "does not have");
}

TEST(SigningRequest, IsPendingUntilAnybodyDecides) {
    auto object = request_object({});
    EXPECT_TRUE(read_signing_request(object).is_pending);
    const auto approved = with_condition(object, {"Approved", "R", "m"});
    EXPECT_FALSE(read_signing_request(approved).is_pending);
    EXPECT_EQ(approved["metadata"]["resourceVersion"], "7") << "the API server compares it";
    EXPECT_EQ(approved["status"]["conditions"][0],
              Json({{"type", "Approved"}, {"status", "True"}, {"reason", "R"}, {"message", "m"}}));
    object["status"]["certificate"] = "x";
    EXPECT_FALSE(read_signing_request(object).is_pending);
}

} // namespace
} // namespace k8s_node::approver
