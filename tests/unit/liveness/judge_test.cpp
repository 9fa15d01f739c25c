// Which services are restarted, and the false alarms upon which none is.
#include <functional>

#include <gtest/gtest.h>

#include "liveness/judge.hpp"
#include "liveness/report.hpp"

namespace k8s_node::liveness {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr seconds interval{10};
constexpr const char* etcd = "etcd.service";
constexpr const char* api_server = "kube-apiserver.service";
constexpr const char* scheduler = "kube-scheduler.service";
constexpr const char* containerd = "containerd.service";
constexpr const char* kubelet = "kubelet.service";
constexpr const char* proxy = "kube-proxy.service";

Reliance reliance() {
    return {{api_server, {etcd}},
            {scheduler, {etcd, api_server}},
            {kubelet, {containerd}},
            {proxy, {etcd, api_server}}};
}

/// A node in simulated time: all services run for an hour already, and answer.
class Node {
public:
    explicit Node(Rules rules = {}) : judge(rules, reliance()) {
        for (const auto* unit : {etcd, api_server, scheduler, containerd, kubelet, proxy}) {
            round.units.push_back(
                {.unit = unit, .since = now - std::chrono::hours(1), .took = milliseconds(2)});
        }
        rounds(1);
    }

    Seen& at(const std::string& unit) {
        for (auto& seen : round.units) {
            if (seen.unit == unit) {
                return seen;
            }
        }
        throw std::out_of_range(unit);
    }

    void hang(const std::string& unit) {
        at(unit).answered = false;
        at(unit).reason = "no response within 5 s";
        at(unit).took = seconds(5);
    }
    void answer(const std::string& unit, milliseconds took = milliseconds(2)) {
        at(unit).answered = true;
        at(unit).took = took;
    }
    /// It is started anew now, as after a restart.
    void start(const std::string& unit) {
        answer(unit);
        at(unit).since = now;
    }

    /// Makes as many rounds; adds what is done to `restarted`, `held` and `given_up`.
    void rounds(int count) {
        for (int i = 0; i < count; ++i) {
            now += interval;
            round.at = now;
            for (const auto& verdict : judge.judge(round)) {
                auto& list = verdict.action == Action::restart ? restarted
                             : verdict.action == Action::hold  ? held
                                                               : given_up;
                list.push_back(verdict.unit);
                why = verdict.reason;
            }
        }
    }

    Time now{std::chrono::hours(10)};
    Judge judge;
    Round round;
    std::vector<std::string> restarted;
    std::vector<std::string> held;
    std::vector<std::string> given_up;
    std::string why;
};

using Units = std::vector<std::string>;

TEST(Judge, RestartsAServiceThatDoesNotAnswerThreeTimesInARow) {
    Node node;
    node.hang(containerd);
    node.rounds(2);
    EXPECT_EQ(node.restarted, Units{});
    node.rounds(1);
    EXPECT_EQ(node.restarted, Units{containerd});
    EXPECT_EQ(node.why, "3 probes in a row failed, the last one with: no response within 5 s");
}

TEST(Judge, RestartsOnlyTheDeepestOfThoseThatHang) {
    Node node;
    node.hang(etcd);
    node.hang(api_server);
    node.rounds(3);
    EXPECT_EQ(node.restarted, Units{etcd});
    EXPECT_EQ(node.held, Units{api_server});
    EXPECT_EQ(node.why, "etcd.service, which it needs, is down or does not answer");
    node.start(etcd);
    node.answer(api_server);
    node.rounds(20);
    EXPECT_EQ(node.restarted, Units{etcd});
}

TEST(Judge, RestartsWhatStillHangsWhenWhatItNeedsHasBeenWellForAWhile) {
    Node node;
    node.hang(etcd);
    node.hang(api_server);
    node.rounds(3);
    node.start(etcd);
    node.rounds(2);
    EXPECT_EQ(node.restarted, Units{etcd});
    node.rounds(4);
    EXPECT_EQ(node.restarted, (Units{etcd, api_server}));
}

TEST(Judge, RestartsAfterAChangeWhatStillHangs) {
    Node node;
    node.round.change = true;
    node.hang(kubelet);
    node.rounds(10);
    EXPECT_EQ(node.restarted, Units{});
    EXPECT_EQ(node.held, Units{kubelet}) << "told once";
    node.round.change = false;
    node.rounds(5);
    EXPECT_EQ(node.restarted, Units{kubelet});
}

TEST(Judge, WaitsLongerAfterEachRestartAndEndsAtTheLimit) {
    Node node;
    const auto hang_anew = [&] {
        node.start(containerd);
        node.rounds(1);
        node.hang(containerd);
        const auto before = node.now;
        const auto known = node.restarted.size();
        for (int i = 0; i < 60 && node.restarted.size() == known && node.given_up.empty(); ++i) {
            node.rounds(1);
        }
        return std::chrono::duration_cast<seconds>(node.now - before);
    };
    EXPECT_EQ(hang_anew(), seconds(70)) << "a minute of grace, the failures in it do not count";
    EXPECT_EQ(hang_anew(), seconds(130));
    EXPECT_EQ(hang_anew(), seconds(250));
    hang_anew();
    EXPECT_EQ(node.restarted.size(), 3U);
    EXPECT_EQ(node.given_up, Units{containerd});
    EXPECT_EQ(node.why, "3 restarts within an hour are the limit");
    node.rounds(100);
    EXPECT_EQ(node.given_up.size(), 1U) << "told once";
}

TEST(Judge, RestartsAgainWhenTheHourIsOver) {
    Node node({.restarts_per_hour = 1});
    node.hang(containerd);
    node.rounds(3);
    node.start(containerd);
    node.rounds(20);
    node.hang(containerd);
    node.rounds(20);
    EXPECT_EQ(node.restarted.size(), 1U);
    node.rounds(360);
    EXPECT_EQ(node.restarted.size(), 2U);
}

TEST(Judge, OnlyReportsWithALimitOfNone) {
    Node node({.restarts_per_hour = 0});
    node.hang(containerd);
    node.rounds(50);
    EXPECT_EQ(node.restarted, Units{});
    EXPECT_EQ(node.given_up, Units{containerd});
}

TEST(Judge, ANewProcessKnowsWhatTheFormerKnew) {
    Node node({.restarts_per_hour = 1});
    node.hang(containerd);
    node.rounds(3);
    const auto known = parse_report(write_report(node.judge.records()));
    EXPECT_EQ(known, node.judge.records());
    node.judge = Judge({.restarts_per_hour = 1}, reliance(), known);
    node.start(containerd);
    node.rounds(20);
    node.hang(containerd);
    node.rounds(20);
    EXPECT_EQ(node.restarted.size(), 1U);
}

TEST(Report, OfAnotherVersionIsForgotten) {
    EXPECT_TRUE(parse_report("").empty());
    EXPECT_TRUE(parse_report("{\"units\": [{\"unit\": 3}]}").empty());
    EXPECT_TRUE(parse_report("not JSON").empty());
}

/// Something that looks like a service that hangs, or would be made worse by a restart.
struct FalseAlarm {
    const char* name;
    std::function<void(Node&)> happens;
};

void PrintTo(const FalseAlarm& alarm, std::ostream* out) {
    *out << alarm.name;
}

class NoRestart : public testing::TestWithParam<FalseAlarm> {};

TEST_P(NoRestart, Happens) {
    Node node;
    GetParam().happens(node);
    EXPECT_EQ(node.restarted, Units{}) << node.why;
}

void hang_all(Node& node, std::initializer_list<const char*> units, int rounds) {
    for (const auto* unit : units) {
        node.hang(unit);
    }
    node.rounds(rounds);
}

/// Each answer takes so long, and one service does not answer in time.
void load(Node& node, const char* unit, milliseconds took) {
    for (auto& seen : node.round.units) {
        seen.took = took;
    }
    node.hang(unit);
    node.rounds(30);
}

const FalseAlarm false_alarms[] = {
    {"SlowApiServer",
     [](Node& node) {
         node.answer(api_server, seconds(14));
         node.rounds(30);
     }},
    {"TwoFailuresInARow", [](Node& node) { hang_all(node, {api_server}, 2); }},
    {"EveryOtherProbeFails",
     [](Node& node) {
         for (int i = 0; i < 30; ++i) {
             hang_all(node, {api_server}, 2);
             node.answer(api_server);
             node.rounds(1);
         }
     }},
    {"ChangeIsMade",
     [](Node& node) {
         node.round.change = true;
         hang_all(node, {kubelet}, 60);
     }},
    {"ChangeHasJustBeenMade",
     [](Node& node) {
         node.round.change = true;
         hang_all(node, {api_server}, 3);
         node.round.change = false;
         node.rounds(4);
         node.answer(api_server);
         node.rounds(30);
     }},
    {"ChangeOfManyShortRuns",
     [](Node& node) {
         node.hang(kubelet);
         for (int i = 0; i < 30; ++i) {
             node.round.change = i % 3 == 0;
             node.rounds(1);
         }
     }},
    {"LoadedMachine", [](Node& node) { load(node, api_server, milliseconds(1500)); }},
    {"MachineWithoutMemory", [](Node& node) { load(node, etcd, seconds(4)); }},
    {"ThisProgramIsLate",
     [](Node& node) {
         node.round.late = seconds(3);
         hang_all(node, {containerd}, 30);
     }},
    {"SuspendedMachine",
     [](Node& node) {
         node.now += std::chrono::hours(8);
         node.round.late = std::chrono::hours(8);
         hang_all(node, {etcd, api_server, containerd}, 1);
         node.round.late = milliseconds(0);
         node.rounds(1);
         for (const auto* unit : {etcd, api_server, containerd}) {
             node.answer(unit);
         }
         node.rounds(10);
     }},
    {"EtcdIsDown",
     [](Node& node) {
         node.at(etcd).runs = false;
         hang_all(node, {api_server, scheduler}, 60);
     }},
    {"EtcdIsRestartedByAnOperator",
     [](Node& node) {
         node.at(etcd).runs = false;
         hang_all(node, {api_server}, 3);
         node.at(etcd).runs = true;
         node.start(etcd);
         node.rounds(3);
         node.answer(api_server);
         node.rounds(30);
     }},
    {"ApiServerStarts",
     [](Node& node) {
         node.at(api_server).runs = false;
         node.rounds(2);
         node.at(api_server).runs = true;
         node.start(api_server);
         hang_all(node, {api_server}, 6);
         node.answer(api_server);
         node.rounds(30);
     }},
    {"ServiceWasJustStarted",
     [](Node& node) {
         node.start(etcd);
         node.rounds(1);
         hang_all(node, {etcd}, 5);
         node.answer(etcd);
         node.rounds(30);
     }},
    {"ServiceIsStopped",
     [](Node& node) {
         node.at(kubelet).runs = false;
         node.rounds(60);
     }},
    {"ServiceEndsAgainAndAgain",
     [](Node& node) {
         for (int i = 0; i < 30; ++i) {
             node.start(scheduler);
             hang_all(node, {scheduler}, 2);
             node.at(scheduler).runs = false;
             node.rounds(1);
             node.at(scheduler).runs = true;
         }
     }},
    {"ProbeIsWrongInThisRelease",
     [](Node& node) {
         node.start(scheduler);
         hang_all(node, {scheduler}, 360);
     }},
    {"ContainerdTakesKubeletWithIt",
     [](Node& node) {
         node.at(containerd).runs = false;
         hang_all(node, {kubelet}, 60);
     }},
    {"ApiServerTakesSchedulerAndProxyWithIt",
     [](Node& node) {
         node.at(api_server).runs = false;
         hang_all(node, {scheduler, proxy}, 60);
     }},
    {"AllAtOnce",
     [](Node& node) {
         hang_all(node, {etcd, api_server, scheduler, containerd, kubelet, proxy}, 60);
     }},
    {"DiskThatHangs",
     [](Node& node) {
         // What needs no disk still answers.
         node.judge = Judge({}, {});
         node.rounds(1);
         hang_all(node, {etcd, containerd, kubelet, api_server}, 60);
     }},
    {"AnswerOfItsOwnAfterAnHour",
     [](Node& node) {
         hang_all(node, {etcd}, 2);
         node.answer(etcd, milliseconds(4900));
         node.rounds(360);
     }},
};

INSTANTIATE_TEST_SUITE_P(FalseAlarm, NoRestart, testing::ValuesIn(false_alarms),
                         [](const auto& alarm) { return std::string(alarm.param.name); });

} // namespace
} // namespace k8s_node::liveness
