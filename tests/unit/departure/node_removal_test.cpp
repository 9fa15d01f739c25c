#include <gmock/gmock.h>

#include "cluster/api_error.hpp"
#include "departure/node_removal.hpp"
#include "kubeconfig/base64.hpp"
#include "support/error.hpp"
#include "support/text.hpp"
#include "support/time.hpp"
#include "unit/pki/request_form.hpp"

namespace k8s_node {
namespace {

using nlohmann::json;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

const std::string nodes = "/api/v1/nodes";
const std::string leases = "/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/";
const std::string requests = "/apis/certificates.k8s.io/v1/certificatesigningrequests";
const std::string slices = "/apis/discovery.k8s.io/v1/namespaces/kube-system/endpointslices/";

/// An API server that holds objects by their paths, and one pod, which goes when it is evicted.
class SmallApi : public cluster::Transport {
public:
    std::map<std::string, json> objects;
    std::vector<std::string> changes; ///< "DELETE PATH", in their order
    json pods = json::array();

    cluster::HttpReply send(const cluster::HttpRequest& request) override {
        const auto path = request.path.substr(0, request.path.find('?'));
        if (request.method == "GET") {
            return get(path);
        }
        changes.push_back(request.method + " " + path);
        if (request.method == "POST") { // an eviction
            pods = json::array();
            return {201, "{}"};
        }
        if (!objects.contains(path)) {
            return {404, R"({"kind": "Status"})"};
        }
        if (request.method == "PATCH") {
            objects[path].merge_patch(json::parse(request.body));
            return {200, objects[path].dump()};
        }
        objects.erase(path);
        return {200, "{}"};
    }
    cluster::HttpReply stream(const cluster::HttpRequest&, cluster::Clock::time_point,
                              const Sink&) override {
        return {410, ""};
    }

private:
    cluster::HttpReply get(const std::string& path) {
        if (path == "/api/v1/pods") {
            return {200, json{{"items", pods}}.dump()};
        }
        if (path == nodes || path == requests) {
            json items = json::array();
            for (const auto& [name, object] : objects) {
                if (name.starts_with(path + "/")) {
                    items.push_back(object);
                }
            }
            return {200, json{{"items", items}}.dump()};
        }
        const auto found = objects.find(path);
        return found == objects.end() ? cluster::HttpReply{404, R"({"kind": "Status"})"}
                                      : cluster::HttpReply{200, found->second.dump()};
    }
};

/// Members of etcd that all know the same; those that are dead do not answer.
struct SmallEtcd {
    json members = json::array();
    std::vector<std::string> dead;

    void add(const std::string& name, const std::string& host) {
        members.push_back({{"ID", std::to_string(members.size() + 1)},
                           {"name", name},
                           {"peerURLs", {"https://" + host + ":2380"}},
                           {"clientURLs", json::array()}});
        if (!name.empty()) {
            members.back()["clientURLs"].push_back("https://" + host + ":2379");
        }
    }
    [[nodiscard]] std::vector<std::string> names() const {
        std::vector<std::string> names;
        for (const auto& member : members) {
            names.push_back(member["name"]);
        }
        return names;
    }
};

class OneMember : public cluster::Transport {
public:
    OneMember(SmallEtcd& etcd, std::string url) : etcd_(etcd), url_(std::move(url)) {}

    cluster::HttpReply send(const cluster::HttpRequest& request) override {
        for (const auto& host : etcd_.dead) {
            if (url_.find(host) != std::string::npos) {
                throw cluster::ConnectionError("no route to " + host);
            }
        }
        if (request.path.ends_with("/remove")) {
            const auto id = json::parse(request.body)["ID"].get<std::string>();
            for (auto member = etcd_.members.begin(); member != etcd_.members.end(); ++member) {
                if ((*member)["ID"] == id) {
                    etcd_.members.erase(member);
                    break;
                }
            }
        }
        return {200,
                json{{"header", {{"member_id", "1"}}}, {"leader", "1"}, {"members", etcd_.members}}
                    .dump()};
    }
    cluster::HttpReply stream(const cluster::HttpRequest& request, cluster::Clock::time_point,
                              const Sink& sink) override {
        const auto reply = send(request);
        sink(reply.body);
        return {reply.status, ""};
    }

private:
    SmallEtcd& etcd_;
    std::string url_;
};

class Removing : public testing::Test {
protected:
    void SetUp() override {
        for (const int number : {1, 2, 3}) {
            const auto name = "cp" + std::to_string(number);
            const auto address = "192.0.2." + std::to_string(number);
            add_node(name, address, true);
            etcd_.add(name, address);
        }
        add_node("w1", "192.0.2.7", false);
    }

    void add_node(const std::string& name, const std::string& address, bool is_control_plane) {
        json labels = json::object();
        if (is_control_plane) {
            labels["node-role.kubernetes.io/control-plane"] = "";
        }
        api_.objects[nodes + "/" + name] = {
            {"metadata", {{"name", name}, {"labels", labels}}},
            {"spec", json::object()},
            {"status",
             {{"addresses", {{{"type", "InternalIP"}, {"address", address}}}},
              {"conditions", {{{"type", "Ready"}, {"status", "True"}}}}}}};
        api_.objects[leases + name] = {{"spec", {{"renewTime", utc_text(utc_now())}}}};
        api_.objects[slices + "kube-dns-" + name] = json::object();
    }
    void kill(const std::string& name) {
        api_.objects[nodes + "/" + name]["status"]["conditions"][0]["status"] = "Unknown";
        api_.objects[leases + name]["spec"]["renewTime"] = "2020-01-01T00:00:00.000000Z";
    }
    void add_request(const std::string& name, const std::string& user, const std::string& subject) {
        api_.objects[requests + "/" + name] = {
            {"metadata", {{"name", name}}},
            {"spec",
             {{"username", user},
              {"request", to_base64(pki_test::make_request(
                              {.common_name = subject, .alternative_names = ""}))}}}};
    }
    void add_pod() {
        api_.pods.push_back(
            {{"metadata",
              {{"namespace", "default"},
               {"name", "web"},
               {"ownerReferences", {{{"kind", "ReplicaSet"}, {"controller", true}}}}}},
             {"spec", json::object()},
             {"status", json::object()}});
    }

    NodeRemoved remove(const std::string& name, const std::string& from = "cp1") {
        return remove_node({.node = name, .own_node = from, .drain_time = drain_time_},
                           {client_, has_etcd_ ? &members_ : nullptr, tell_});
    }
    /// Returns why it is refused; nothing may have been changed then.
    std::string refusal(const std::string& name, const std::string& from = "cp1") {
        try {
            remove(name, from);
        } catch (const Error& error) {
            EXPECT_EQ(error.status(), ExitStatus::unsuitable);
            EXPECT_THAT(api_.changes, IsEmpty());
            EXPECT_EQ(etcd_.members.size(), 3U);
            return error.message() + " / " + error.hint();
        }
        return "it was removed";
    }
    [[nodiscard]] bool has(const std::string& path) const { return api_.objects.contains(path); }

    SmallApi api_;
    SmallEtcd etcd_;
    bool has_etcd_ = true;
    std::chrono::seconds drain_time_{20};
    cluster::ApiClient client_{api_};
    EtcdCluster members_{
        [this](const std::string& url) { return std::make_unique<OneMember>(etcd_, url); },
        {"https://192.0.2.1:2379"}};
    std::vector<std::string> said_;
    TellDeparture tell_ = [this](Priority, const std::string& text) { said_.push_back(text); };
};

TEST_F(Removing, AWorkerIsDrainedAndLeavesNothing) {
    add_pod();
    add_request("bootstrap", "system:bootstrap:abcdef", "system:node:w1");
    add_request("serving", "system:node:w1", "system:node:w1");
    add_request("of-another", "system:node:w11", "system:node:w11");
    const auto removed = remove("w1");
    EXPECT_TRUE(removed.existed && removed.was_alive && !removed.was_control_plane);
    EXPECT_THAT(api_.changes, Contains("POST /api/v1/namespaces/default/pods/web/eviction"));
    for (const auto& path : {nodes + "/w1", leases + "w1", requests + "/bootstrap",
                             requests + "/serving", slices + "kube-dns-w1"}) {
        EXPECT_FALSE(has(path)) << path;
    }
    EXPECT_TRUE(has(requests + "/of-another"));
    EXPECT_EQ(etcd_.members.size(), 3U);
    EXPECT_THAT(said_, Contains("2 requests of node w1 for certificates deleted"));
}

TEST_F(Removing, RepeatingItFindsNothing) {
    remove("w1");
    api_.changes.clear();
    EXPECT_FALSE(remove("w1").existed);
    EXPECT_TRUE(has(nodes + "/cp1"));
}

TEST_F(Removing, FinishesWhatAKilledRunHadBegun) {
    api_.objects.erase(nodes + "/cp3"); // and its member and Lease are still there
    EXPECT_TRUE(remove("cp3").existed);
    EXPECT_FALSE(has(leases + "cp3"));
    EXPECT_THAT(etcd_.names(), ElementsAre("cp1", "cp2"));
}

TEST_F(Removing, ADeadControlPlaneIsNotDrainedAndItsMemberGoes) {
    kill("cp3");
    etcd_.dead = {"192.0.2.3"};
    add_pod();
    const auto removed = remove("cp3");
    EXPECT_TRUE(removed.was_control_plane && !removed.was_alive);
    EXPECT_THAT(api_.changes, Not(Contains(HasSubstr("eviction"))));
    EXPECT_THAT(etcd_.names(), ElementsAre("cp1", "cp2"));
    EXPECT_FALSE(has(nodes + "/cp3"));
    EXPECT_FALSE(has(slices + "kube-dns-cp3"));
}

TEST_F(Removing, AMemberThatNeverStartedIsKnownByItsAddress) {
    etcd_.members[2]["name"] = "";
    etcd_.members[2]["clientURLs"] = json::array();
    etcd_.members[2]["isLearner"] = true;
    kill("cp3");
    remove("cp3");
    EXPECT_THAT(etcd_.names(), ElementsAre("cp1", "cp2"));
}

TEST_F(Removing, AMajorityMustRemain) {
    etcd_.dead = {"192.0.2.2"};
    const auto why = refusal("cp3");
    EXPECT_THAT(why, HasSubstr("node cp3 cannot leave now: of the 2 members that would remain"));
    EXPECT_THAT(why, HasSubstr("cp2"));
}

TEST_F(Removing, TheLastControlPlaneStays) {
    api_.objects.erase(nodes + "/cp2");
    api_.objects.erase(nodes + "/cp3");
    EXPECT_THAT(refusal("cp1"), HasSubstr("the last control plane of its cluster"));
    EXPECT_THAT(refusal("cp1", ""), HasSubstr("let another control plane join first"));
}

TEST_F(Removing, AMachineDoesNotRemoveItself) {
    EXPECT_THAT(refusal("cp1"), HasSubstr("this machine is node cp1 itself / run k8s-node-install "
                                          "reset"));
}

TEST_F(Removing, WithoutTheDatabaseOnlyWorkersCanBeRemoved) {
    has_etcd_ = false;
    EXPECT_THAT(refusal("cp2", ""), HasSubstr("may not ask etcd"));
    EXPECT_TRUE(remove("w1", "").existed);
}

TEST_F(Removing, APodThatNothingStartsAgainIsNotLostByAccident) {
    add_pod();
    api_.pods[0]["metadata"].erase("ownerReferences");
    EXPECT_THAT(refusal("w1"), HasSubstr("nothing starts them elsewhere: default/web"));
}

TEST_F(Removing, ANodeThatCannotBeDrainedKeepsItsPlace) {
    drain_time_ = std::chrono::seconds(0);
    add_pod();
    try {
        remove("w1");
        FAIL() << "it was removed";
    } catch (const Error& error) {
        EXPECT_THAT(error.message(), HasSubstr("could not be drained in time"));
    }
    EXPECT_TRUE(has(nodes + "/w1"));
    EXPECT_FALSE(api_.objects[nodes + "/w1"]["spec"].contains("unschedulable"));
}

} // namespace
} // namespace k8s_node
