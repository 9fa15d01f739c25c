// Many machines that join one cluster, as far as the program itself asks it: discovery with a token
// and a pin, then admission, and after a failure the pauses of k8s-node-install.service. All run on
// one event loop, in real time, against a real API server.
//
// usage: join_many JOIN.YAML VERSION MACHINES DEADLINE
//
// Prints a line for each attempt, when it ends: seconds since the start at which it began and
// ended, the machine, the pause that a server asked for, and its end: "joined" or why not. Ends
// when all have joined or after DEADLINE seconds, with the number of those that have not as its
// status.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <iostream>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "cluster/api_error.hpp"
#include "join/admission.hpp"
#include "join/discovery.hpp"
#include "join/join_data.hpp"
#include "loop/background.hpp"
#include "node/first_boot.hpp"
#include "support/files.hpp"
#include "support/text.hpp"

namespace k8s_node {

namespace {

using Clock = EventLoop::Clock;

struct Herd {
    EventLoop& loop;
    const JoinData& data;
    Version kubelet;
    Clock::time_point start = Clock::now();
    std::mt19937 random{std::random_device{}()};
    unsigned joined = 0;
};

double seconds_since_start(const Herd& herd) {
    return std::chrono::duration<double>(Clock::now() - herd.start).count();
}

/// What an installation asks before it changes anything.
void ask(const Herd& herd, const std::string& name) {
    const auto complete = discover(herd.data, herd.loop);
    const auto findings = check_admission(complete, {name, name, herd.kubelet, false}, herd.loop);
    if (!findings.empty()) {
        throw Error(findings.front().message, ExitStatus::unsuitable);
    }
}

void report(double began, const Herd& herd, const std::string& name, std::chrono::seconds asked_for,
            const std::string& end) {
    std::printf("%.3f %.3f %s %ld %s\n", began, seconds_since_start(herd), name.c_str(),
                static_cast<long>(asked_for.count()), end.c_str());
}

/// Joins as one machine: each attempt is a run of the service, which systemd starts again.
void join_as(Herd& herd, const std::string& name) {
    for (unsigned tries = 0;; ++tries) {
        const auto began = seconds_since_start(herd);
        std::chrono::milliseconds pause{0};
        try {
            ask(herd, name);
            report(began, herd, name, {}, "joined");
            ++herd.joined;
            return;
        } catch (const Error& error) {
            const auto* refusal = dynamic_cast<const cluster::ServerError*>(&error);
            report(began, herd, name,
                   refusal == nullptr ? std::chrono::seconds{0} : refusal->retry_after(),
                   error.message());
            if (!is_cured_by_waiting(error.status())) {
                return;
            }
            const auto jitter = std::uniform_real_distribution<double>(0, 1)(herd.random);
            pause = restart_time + pause_after(tries, error, jitter);
        }
        herd.loop.pause_until(Clock::now() + pause);
    }
}

JoinData read_data(const std::string& path) {
    Diagnostics diagnostics;
    auto data = parse_join_data(path, read_file(path), diagnostics);
    diagnostics.throw_if_any();
    return data;
}

unsigned join_all(const JoinData& data, const Version& kubelet, unsigned count,
                  std::chrono::seconds patience) {
    EventLoop loop;
    Herd herd{loop, data, kubelet};
    std::vector<std::unique_ptr<Background>> machines;
    for (unsigned i = 1; i <= count; ++i) {
        machines.push_back(std::make_unique<Background>(
            loop, [&herd, name = "n" + std::to_string(i)] { join_as(herd, name); }));
    }
    loop.run_until([&] { return herd.joined == count; }, herd.start + patience);
    for (auto& machine : machines) {
        machine->cancel();
    }
    return count - herd.joined;
}

} // namespace

} // namespace k8s_node

int main(int argc, char** argv) {
    using namespace k8s_node;
    if (argc != 5) {
        std::cerr << "usage: join_many JOIN.YAML VERSION MACHINES DEADLINE\n";
        return 2;
    }
    try {
        const auto left = join_all(read_data(argv[1]), parse_version(argv[2]).value(),
                                   static_cast<unsigned>(std::stoul(argv[3])),
                                   std::chrono::seconds(std::stoul(argv[4])));
        return static_cast<int>(std::min(left, 100U));
    } catch (const Error& error) {
        std::cerr << error.message() << '\n';
        return 101;
    }
}
