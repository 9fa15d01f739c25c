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
#include "loop/task_run.hpp"
#include "server.hpp"
#include "unit/support/temporary_directory.hpp"

namespace k8s_node::demo {

namespace {

using Clock = EventLoop::Clock;

/// A machine that runs other tests too may take a thread's processor away for a while.
constexpr std::chrono::milliseconds longest_iteration{500};

double milliseconds_of(Clock::duration duration) {
    return std::chrono::duration<double, std::milli>(duration).count();
}

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
        tasks_ = run_tasks(loop_, {tree_task(), server_task(), answer_task()}, stop_.get_token());
        return !is_interrupted();
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
        for (const auto& task : tasks_) {
            std::printf("%s\n", describe(task).c_str());
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
    Task tree_task() {
        return {"tree", {}, std::chrono::seconds(30), [this](TaskProgress& progress) -> Operation {
                    tree_.converge();
                    progress.done();
                    return {};
                }};
    }

    Task server_task() {
        return {"server",
                {"tree"},
                std::chrono::seconds(30),
                [this](TaskProgress& progress) -> Operation {
                    progress.waits_for("its port");
                    server_.on_news([&] {
                        if (!server_.url().empty()) {
                            progress.done();
                        }
                    });
                    server_.start();
                    return std::shared_ptr<void>(nullptr,
                                                 [this](void*) { server_.on_news(nullptr); });
                }};
    }

    /// An operation of its own, with what it needs.
    struct Answer {
        std::unique_ptr<AsyncProber> prober;
        std::optional<ReadinessWait> wait;
    };

    Task answer_task() {
        return {"answer",
                {"server"},
                std::chrono::seconds(30),
                [this](TaskProgress& progress) -> Operation {
                    const auto probe = Probe::parse(server_.url());
                    auto answer = std::make_shared<Answer>();
                    answer->prober = make_async_prober(probe, loop_);
                    answer->wait.emplace(
                        loop_, *answer->prober, std::chrono::seconds(20),
                        [&](const WaitStatus& status) { progress.waits_for(status.reason); },
                        [&progress, probe](const WaitStatus& status) {
                            if (status.reason.empty()) {
                                progress.done();
                            } else {
                                progress.fail(std::make_exception_ptr(not_ready(probe, status)));
                            }
                        });
                    return answer;
                }};
    }

    EventLoop loop_;
    KeptServer server_;
    KeptTree tree_;
    std::stop_source stop_;
    EventSource interrupt_;
    Clock::time_point interrupted_{};
    std::vector<TaskReport> tasks_;
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
