// Keeps a small tree, a process and its answers converged on one event loop, while a thread breaks
// them at random.
//
//     keep_converged [SECONDS [SEED]]
//
// Fails if a break was not mended, or if the loop was ever busy for long. SIGINT ends it at once
// with a report of the state.
#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <list>
#include <optional>
#include <random>
#include <stop_token>
#include <string>
#include <vector>

#include "breaker.hpp"
#include "health/wait.hpp"
#include "kept_server.hpp"
#include "kept_tree.hpp"
#include "loop/event_loop.hpp"
#include "loop/signal_block.hpp"
#include "server.hpp"
#include "support/error.hpp"
#include "support/interrupt.hpp"
#include "unit/support/temporary_directory.hpp"

namespace k8s_node::demo {

namespace {

using Clock = EventLoop::Clock;

/// A machine that runs other tests too may take a thread's processor away for a while.
constexpr std::chrono::milliseconds longest_iteration{500};
constexpr std::chrono::seconds patience{30};

double milliseconds_of(Clock::duration duration) {
    return std::chrono::duration<double, std::milli>(duration).count();
}

/// A step of the begin, and how far it got.
struct Step {
    std::string name;
    std::string waits_for{};
    Clock::time_point begin = Clock::now();
    std::optional<Clock::time_point> end{};
};

class Keeper {
public:
    Keeper(const std::string& program, const std::filesystem::path& root)
        : server_(loop_, program, root), tree_(loop_, root) {
        interrupt_ = loop_.on_signal(SIGINT, [this] {
            interrupted_ = Clock::now();
            stop_.request_stop();
            loop_.stop();
        });
    }

    /// The tree, then the process, then its answer. Returns false if it was interrupted.
    bool begin() {
        try {
            do_step("tree", [this](Step&) { tree_.converge(); });
            do_step("server", [this](Step& step) { await_port(step); });
            do_step("answer", [this](Step& step) { await_answer(step); });
        } catch (const Interrupted&) {
            return false;
        }
        return true;
    }

    /// Keeps all of it until a stop is requested, or an interrupt comes.
    void keep(const std::stop_token& ended) {
        const auto end = loop_.on_stop(ended, [this] { loop_.stop(); });
        loop_.run();
    }

    [[nodiscard]] bool is_interrupted() const { return interrupted_ != Clock::time_point{}; }
    [[nodiscard]] bool is_converged() const {
        return tree_.is_converged() && server_.answering() != 0;
    }
    [[nodiscard]] const KeptServer& server() const { return server_; }
    [[nodiscard]] std::chrono::microseconds longest() const { return loop_.longest_iteration(); }

    void report() const {
        for (const auto& step : steps_) {
            std::printf("%s: %s after %.0f ms%s%s\n", step.name.c_str(),
                        step.end ? "done" : "interrupted",
                        milliseconds_of(step.end.value_or(Clock::now()) - step.begin),
                        step.waits_for.empty() || step.end ? "" : ", waiting for: ",
                        step.end ? "" : step.waits_for.c_str());
        }
        std::printf("tree: %s, mended %u times\n", tree_.is_converged() ? "converged" : "broken",
                    tree_.mended());
        std::printf("server: %s, started %u times, probed %u times\n",
                    server_.answering() != 0 ? "answers" : "does not answer", server_.starts(),
                    server_.probes());
        std::printf("longest iteration: %.2f ms\n", milliseconds_of(longest()));
        if (is_interrupted()) {
            std::printf("interrupted: reported %.2f ms after SIGINT\n",
                        milliseconds_of(Clock::now() - interrupted_));
        }
    }

private:
    template <typename Body>
    void do_step(const char* name, Body&& body) {
        auto& step = steps_.emplace_back(Step{name});
        body(step);
        step.end = Clock::now();
    }

    void await_port(Step& step) {
        step.waits_for = "its port";
        server_.start();
        if (!loop_.run_until([this] { return !server_.url().empty(); }, Clock::now() + patience)) {
            throw Error("the server does not say its port");
        }
    }

    void await_answer(Step& step) {
        const auto probe = Probe::parse(server_.url());
        const auto prober = make_async_prober(probe, loop_);
        wait_until_ready(loop_, *prober, probe, patience,
                         [&](const WaitStatus& status) { step.waits_for = status.reason; });
    }

    std::stop_source stop_;
    EventLoop loop_{stop_.get_token()};
    KeptServer server_;
    KeptTree tree_;
    EventSource interrupt_;
    Clock::time_point interrupted_{};
    std::list<Step> steps_;
};

void report(const Breaker& breaker) {
    std::map<std::string, std::vector<double>> kinds;
    for (const auto& mended : breaker.mended()) {
        kinds[mended.what].push_back(milliseconds_of(mended.after));
    }
    std::printf("%zu breaks of %zu kinds were mended\n", breaker.mended().size(), kinds.size());
    for (auto& [what, times] : kinds) {
        std::ranges::sort(times);
        std::printf("  %-40s %5zu, median %.1f ms, longest %.1f ms\n", what.c_str(), times.size(),
                    times[times.size() / 2], times.back());
    }
    for (const auto& what : breaker.left()) {
        std::printf("NOT MENDED: %s\n", what.c_str());
    }
}

int keep_converged(const std::string& program, std::chrono::seconds duration, unsigned seed) {
    const SignalBlock block{SIGINT};
    // Durable writes to a disk take as long as the disk does, which is not to be measured here.
    if (std::filesystem::is_directory("/dev/shm")) {
        ::setenv("TMPDIR", "/dev/shm", 1);
    }
    const test::TemporaryDirectory root;
    Keeper keeper(program, root.path());
    bool is_well = keeper.begin();
    if (is_well) {
        std::printf("converged; breaking for %d s, seed %u\n", static_cast<int>(duration.count()),
                    seed);
        std::fflush(stdout);
        std::stop_source ended;
        Breaker breaker(root.path(), keeper.server(), duration, seed, ended);
        keeper.keep(ended.get_token());
        if (!keeper.is_interrupted()) {
            breaker.join();
            report(breaker);
            is_well = breaker.left().empty() && !breaker.mended().empty() &&
                      keeper.is_converged() && keeper.longest() < longest_iteration;
        }
    }
    keeper.report();
    return keeper.is_interrupted() ? 128 + SIGINT : (is_well ? 0 : 1);
}

} // namespace

} // namespace k8s_node::demo

int main(int argc, char** argv) {
    const std::vector<std::string> arguments(argv, argv + argc);
    try {
        if (argc == 3 && arguments[1] == "--serve") {
            return k8s_node::demo::serve(arguments[2]);
        }
        const auto seconds = argc > 1 ? std::stoi(arguments[1]) : 5;
        const auto seed = argc > 2 ? std::stoul(arguments[2]) : std::random_device()();
        return k8s_node::demo::keep_converged("/proc/self/exe", std::chrono::seconds(seconds),
                                              static_cast<unsigned>(seed));
    } catch (const std::exception& error) {
        std::fprintf(stderr, "%s\n", error.what());
        return 1;
    }
}
