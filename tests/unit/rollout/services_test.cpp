// Coordinators and participants on one cluster, over HTTPS.
#include <list>

#include <gmock/gmock.h>

#include "cluster/curl_transport.hpp"
#include "rollout/coordinator.hpp"
#include "rollout/participant.hpp"
#include "unit/cluster/stand_in.hpp"
#include "unit/rollout/cluster_model.hpp"

namespace k8s_node::rollout {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;

/// A machine with its service, and with what takes its turns.
class Machine {
public:
    Machine(EventLoop& loop, const std::string& kubeconfig, std::string name)
        : loop_(loop), kubeconfig_(kubeconfig), name_(std::move(name)) {
        make_directories(root_.at(paths::directory));
        start();
    }

    void start() {
        service_.emplace(loop_, ParticipantFiles{kubeconfig_, root_}, name_,
                         Participant::Observer{[] {}, [](const std::string&) {},
                                               [](Priority, const std::string&) {}});
    }
    void stop() { service_.reset(); }

    [[nodiscard]] const std::string& name() const { return name_; }
    [[nodiscard]] const Root& root() const { return root_; }

private:
    EventLoop& loop_;
    test::TemporaryDirectory directory_;
    Root root_{directory_.path()};
    std::string kubeconfig_;
    std::string name_;
    std::optional<Participant> service_;
};

class Services : public testing::Test {
protected:
    static void SetUpTestSuite() { server_ = std::make_unique<cluster::StandIn>(); }
    static void TearDownTestSuite() { server_.reset(); }
    void SetUp() override {
        send("/test/reset", nullptr);
        add_node("m1", true);
        add_node("m2", true);
        add_node("w1", false);
    }

    void send(const std::string& path, const Json& value) {
        const auto reply = transport_.send({"PUT", path, "application/json", value.dump()});
        ASSERT_EQ(reply.status, 200) << path << ": " << reply.body;
    }

    void add_node(const std::string& name, bool is_control_plane) {
        Json node = {{"metadata", {{"name", name}, {"labels", Json::object()}}},
                     {"status",
                      {{"nodeInfo", {{"kubeletVersion", "v1.37.2"}}},
                       {"conditions", {{{"type", "Ready"}, {"status", "True"}}}}}}};
        if (is_control_plane) {
            node["metadata"]["labels"]["node-role.kubernetes.io/control-plane"] = "";
        }
        send("/test/nodes/" + name, node);
        machines_.emplace_back(loop_, server_->file("approver.conf").string(), name);
    }

    void add_coordinator() {
        coordinators_.emplace_back(loop_, user(),
                                   Coordinator::Observer{[this] { ++ready_; },
                                                         [](const std::string&) {},
                                                         [this](Priority, const std::string& text) {
                                                             log_.push_back(text);
                                                         }});
    }

    void wish(const Wish& wish) {
        send(std::string("/test/wishes/") + object_name, with_wish(Json::object(), wish));
    }

    [[nodiscard]] Wish read() {
        const auto state = Json::parse(transport_.send({"GET", "/test/state"}).body);
        return read_wish(state["objects"]["wishes"][object_name]).value_or(Wish{});
    }

    /// Ends the turns that have begun, as k8s-node-rollout-turn.service would.
    void take_turns(const std::string& fails) {
        for (auto& machine : machines_) {
            if (const auto turn = read_turn(machine.root())) {
                order_.push_back(machine.name());
                const bool good = machine.name() != fails;
                end_turn(machine.root(), {good ? Progress::done : Progress::failed, turn->key,
                                          good ? "" : "an unknown flag"});
            }
        }
    }

    /// Returns the wish as it is when it has ended.
    Wish run_until_ended(const std::string& fails = "") {
        Wish wish;
        const auto ends = loop_.every(100ms, [&] { take_turns(fails); });
        const bool ended = loop_.run_until(
            [&] {
                wish = read();
                return wish.state != State::running;
            },
            EventLoop::Clock::now() + 60s);
        EXPECT_TRUE(ended);
        return wish;
    }

    static Kubeconfig user() { return read_kubeconfig(server_->file("approver.conf"), Root()); }

    static std::unique_ptr<cluster::StandIn> server_;
    EventLoop questions_; ///< of the test, which asks in the midst of a wait
    cluster::CurlTransport transport_{user(), questions_};
    EventLoop loop_;
    std::list<Machine> machines_;
    std::list<Coordinator> coordinators_;
    std::vector<std::string> order_;
    std::vector<std::string> log_;
    int ready_ = 0;
};

std::unique_ptr<cluster::StandIn> Services::server_;

TEST_F(Services, TwoCoordinatorsGiveEachNodeOneTurn) {
    add_coordinator();
    add_coordinator();
    wish(wish_for());
    EXPECT_EQ(run_until_ended().state, State::done);
    EXPECT_THAT(order_, ElementsAre("m1", "m2", "w1"));
    EXPECT_EQ(ready_, 2);
}

TEST_F(Services, AFailureStopsItAndTheRestIsNotTouched) {
    add_coordinator();
    add_coordinator();
    wish(wish_for());
    const auto stopped = run_until_ended("m1");
    EXPECT_EQ(stopped.state, State::stopped);
    EXPECT_EQ(stopped.reason, "node m1: an unknown flag");
    EXPECT_THAT(order_, ElementsAre("m1"));
}

TEST_F(Services, AnotherCoordinatorGoesOn) {
    add_coordinator();
    wish(wish_for());
    const auto begun = [&] { return read_turn(machines_.front().root()).has_value(); };
    ASSERT_TRUE(loop_.run_until(begun, EventLoop::Clock::now() + 20s));
    coordinators_.clear();
    add_coordinator();
    EXPECT_EQ(run_until_ended().state, State::done);
    EXPECT_THAT(order_, ElementsAre("m1", "m2", "w1"));
}

TEST_F(Services, AServiceThatIsRestartedReportsTheTurnThatEndedMeanwhile) {
    add_coordinator();
    wish(wish_for());
    auto& first = machines_.front();
    const auto begun = [&] { return read_turn(first.root()).has_value(); };
    ASSERT_TRUE(loop_.run_until(begun, EventLoop::Clock::now() + 20s));
    first.stop();
    take_turns("");
    first.start();
    EXPECT_EQ(run_until_ended().state, State::done);
    EXPECT_THAT(order_, ElementsAre("m1", "m2", "w1"));
}

} // namespace
} // namespace k8s_node::rollout
